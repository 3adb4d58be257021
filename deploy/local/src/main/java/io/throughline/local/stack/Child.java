package io.throughline.local.stack;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts child processes: output to a log file, standard input held open as the child's lifeline. */
public final class Child {

    private static final long LOG_BYTES_KEPT = 10L << 20;
    private static final int TAIL_LINES = 12;

    private Child() {}

    /** {@code java} of the JDK that runs us. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Everything the command was started with: our jar and its libraries. */
    public static String classPath() {
        return System.getProperty("java.class.path");
    }

    public static Process start(List<String> command, Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .directory(log.getParent().toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("THROUGHLINE_") || name.startsWith("ANTHROPIC_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Keeps one older file, so that a log never takes more than twice its bound at a start. */
    public static void rotate(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > LOG_BYTES_KEPT) {
            Path older = log.resolveSibling(log.getFileName() + ".1");
            Files.move(log, older, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The last lines of a log, indented for the screen; a note when there are none. */
    public static String tail(Path log) {
        File file = log.toFile();
        if (!file.exists() || file.length() == 0) {
            return "    (the log is empty)";
        }
        try (Stream<String> lines = new String(lastBytes(log), StandardCharsets.UTF_8).lines()) {
            List<String> all = lines.toList();
            return all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()).stream()
                    .map(line -> "    " + (line.length() > 300 ? line.substring(0, 300) + "…" : line))
                    .collect(Collectors.joining("\n"));
        } catch (IOException unreadable) {
            return "    (the log cannot be read: " + unreadable.getMessage() + ")";
        }
    }

    private static byte[] lastBytes(Path log) throws IOException {
        try (var channel = Files.newByteChannel(log)) {
            channel.position(Math.max(0, channel.size() - 64 * 1024));
            var buffer = java.nio.ByteBuffer.allocate((int) (channel.size() - channel.position()));
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                continue;
            }
            return java.util.Arrays.copyOf(buffer.array(), buffer.position());
        }
    }
}
