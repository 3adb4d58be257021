package io.throughline.local.supervision;

import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a supervisor leaves behind when it is killed: processes that are still ending, and lock files. */
public final class Leftovers {

    private static final Duration PATIENCE = Duration.ofSeconds(22);

    private Leftovers() {}

    /** Call only when no supervisor runs on this directory. Returns what had to be ended. */
    public static List<String> clear(DataDirectory data) {
        List<RecordedProcess> left = data.state().stream()
                .flatMap(state ->
                        state.processes() == null ? List.<RecordedProcess>of().stream() : state.processes().stream())
                .filter(process -> process.running().isPresent())
                .toList();
        // Clients first: they drain against servers that still answer. The state file has them in that order.
        left.stream().filter(process -> !isServer(process)).parallel().forEach(process -> process.end(PATIENCE));
        left.stream().filter(Leftovers::isServer).forEach(Leftovers::endServer);
        endPostmaster(data);
        remove(data.path().resolve("kafka/.lock"));
        remove(data.path().resolve("postgres/epg-lock"));
        return left.stream().map(RecordedProcess::name).toList();
    }

    private static boolean isServer(RecordedProcess process) {
        return List.of("kafka", "redis", "postgres").contains(process.name());
    }

    private static void endServer(RecordedProcess server) {
        if (server.name().equals("postgres")) {
            server.interrupt(PATIENCE);
        } else {
            server.end(PATIENCE);
        }
    }

    /** A postmaster that was not recorded in time names itself in its pid file; one whose pid is another's is stale. */
    private static void endPostmaster(DataDirectory data) {
        Path directory = data.path().resolve("postgres");
        Path pidFile = directory.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        postmaster(pidFile, directory)
                .ifPresent(process -> RecordedProcess.of("postgres", process).interrupt(PATIENCE));
        remove(pidFile);
    }

    private static Optional<ProcessHandle> postmaster(Path pidFile, Path directory) {
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().trim());
            return ProcessHandle.of(pid)
                    .filter(process -> process.info()
                            .commandLine()
                            .map(line -> line.contains("postgres") && line.contains(directory.toString()))
                            .orElse(false));
        } catch (IOException | NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends a running stack and waits until it is gone. Returns false when none was running. */
    public static boolean endSupervisor(StackState state, Duration patience) {
        if (!state.isRunning()) {
            return false;
        }
        state.supervisor().end(patience);
        return true;
    }
}
