package io.throughline.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.local.stack.StackFailure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Prints logs, JSON lines made readable.")
public final class Logs implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private DataOption option;

    @Parameters(arity = "0..1", paramLabel = "service", description = "A service, kafka, postgres, redis or demo.")
    private String service;

    @Option(names = "-f", description = "Go on with what is written from now on.")
    private boolean follow;

    @Override
    public Integer call() throws Exception {
        List<Tail> tails = new ArrayList<>();
        for (Path log : logs(option.current().logs())) {
            String name = log.getFileName().toString().replace(".log", "");
            tails.add(new Tail(name, new RandomAccessFile(log.toFile(), "r"), service == null));
        }
        do {
            for (Tail tail : tails) {
                tail.print();
            }
            if (follow) {
                Thread.sleep(250);
            }
        } while (follow && !System.out.checkError());
        return 0;
    }

    private List<Path> logs(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.exists(directory) ? Files.list(directory) : Stream.empty()) {
            all = files.filter(file -> file.getFileName().toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
        List<Path> wanted = all.stream()
                .filter(log -> service == null || log.getFileName().toString().equals(service + ".log"))
                .toList();
        if (wanted.isEmpty()) {
            List<String> names = all.stream()
                    .map(log -> log.getFileName().toString().replace(".log", ""))
                    .toList();
            throw new StackFailure(
                    service == null ? "There are no logs in " + directory + "." : "There is no log of " + service + ".",
                    names.isEmpty()
                            ? "./throughline up"
                            : "./throughline logs with one of " + String.join(", ", names));
        }
        return wanted;
    }

    /** {@code {"timestamp":…,"level":…,"loggerName":…,"message":…}} as one line for people; other lines as they are. */
    static String readable(String line) {
        if (!line.startsWith("{")) {
            return line;
        }
        try {
            JsonNode entry = JSON.readTree(line);
            if (!entry.has("message")) {
                return line;
            }
            String text = "%s %-5s %s  %s"
                    .formatted(
                            entry.path("timestamp").asText(),
                            entry.path("level").asText(),
                            entry.path("loggerName").asText().replaceFirst(".*\\.", ""),
                            entry.path("message").asText());
            JsonNode exception = entry.has("stackTrace")
                    ? entry.get("stackTrace")
                    : entry.path("exception").path("formatted");
            return exception.isTextual()
                    ? text + "\n    " + exception.asText().strip().replace("\n", "\n    ")
                    : text;
        } catch (IOException notJson) {
            return line;
        }
    }

    private record Tail(String name, RandomAccessFile file, boolean named) {

        /** Whole lines only; half a line is printed once its end is written. */
        void print() throws IOException {
            long from = file.getFilePointer();
            if (file.length() < from) {
                from = 0;
            }
            byte[] bytes = new byte[(int) Math.min(file.length() - from, 8 << 20)];
            file.seek(from);
            file.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            file.seek(from + end);
            new String(bytes, 0, end, StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> System.out.println((named ? "%-18s ".formatted(name) : "") + readable(line)));
        }
    }
}
