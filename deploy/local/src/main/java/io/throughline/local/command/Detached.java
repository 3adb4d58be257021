package io.throughline.local.command;

import io.throughline.local.stack.Child;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import io.throughline.local.stack.StackState.Phase;
import io.throughline.local.supervision.Options;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts the supervisor in a session of its own, shows what it prints, and leaves when it is ready or has failed. */
final class Detached {

    private Detached() {}

    static int start(Options options) throws IOException, InterruptedException {
        DataDirectory data = new DataDirectory(options.data());
        Optional<StackState> present = data.state().filter(StackState::isRunning);
        if (present.isPresent()) {
            throw new StackFailure(
                    "Throughline already runs at " + present.get().gateway().url() + " (process "
                            + present.get().supervisor().pid() + ").",
                    "./throughline status, or ./throughline down to end it");
        }
        Path log = Files.createTempFile("throughline-up-", ".log");
        Process supervisor = new ProcessBuilder(command(options))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try (RandomAccessFile output = new RandomAccessFile(log.toFile(), "r")) {
            while (!supervisor.waitFor(200, TimeUnit.MILLISECONDS)) {
                show(output);
                if (isReady(data, supervisor.pid())) {
                    show(output);
                    return 0;
                }
            }
            show(output);
            return supervisor.exitValue() == 0 ? 1 : supervisor.exitValue();
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static boolean isReady(DataDirectory data, long pid) {
        return data.state()
                .filter(state -> state.phase() == Phase.READY
                        && state.supervisor().pid() == pid
                        && state.supervisor().running().isPresent())
                .isPresent();
    }

    private static void show(RandomAccessFile output) throws IOException {
        byte[] news = new byte[(int) (output.length() - output.getFilePointer())];
        output.readFully(news);
        System.out.print(new String(news, StandardCharsets.UTF_8));
        System.out.flush();
    }

    /** A session of its own keeps a Ctrl-C or a closed terminal from reaching it. */
    private static List<String> command(Options options) {
        List<String> command = new ArrayList<>();
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(directory, "setsid"))) {
                command.add(Path.of(directory, "setsid").toString());
                break;
            }
        }
        command.add(Child.java());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-cp",
                Child.classPath(),
                "io.throughline.local.Throughline",
                "up",
                "--background",
                "--port",
                Integer.toString(options.port()),
                "--data",
                options.data().toString()));
        if (options.fresh()) {
            command.add("--fresh");
        }
        if (!options.demo()) {
            command.add("--empty");
        }
        return command;
    }
}
