package io.throughline.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The packaged suite as {@code ./throughline up --detach --empty} runs it, with a data directory, ports and an SMTP
 * server of the test's own. Ends everything it started, also when a test fails.
 */
final class RunningSuite implements AutoCloseable {

    private static final Path ROOT =
            Path.of(System.getProperty("throughline.root")).toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;
    private final String smtpUrl;
    private JsonNode status;

    private RunningSuite(Path data, String smtpUrl) {
        this.data = data;
        this.smtpUrl = smtpUrl;
    }

    static RunningSuite start(String smtpUrl) throws IOException, InterruptedException {
        RunningSuite suite = new RunningSuite(Files.createTempDirectory("throughline-system-"), smtpUrl);
        try {
            suite.command("up", "--detach", "--empty", "--fresh", "--port", Integer.toString(freePort()));
            suite.refresh();
            return suite;
        } catch (IOException | InterruptedException | RuntimeException e) {
            suite.close();
            throw e;
        }
    }

    String url() {
        return status.path("gateway").path("url").asText();
    }

    String apiKey() {
        return status.path("apiKey").asText();
    }

    String tenant() {
        return status.path("tenant").asText();
    }

    String bootstrapServers() {
        return status.path("kafka").path("bootstrapServers").asText();
    }

    /** {@code kill -9}; the supervisor starts the service again. */
    void kill(String service) throws IOException, InterruptedException {
        refresh();
        long pid = status.path("services").path(service).path("pid").asLong();
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        System.out.println("killed " + service + " (" + pid + ")");
    }

    /**
     * One more replica of a service, with the command and the environment of the one that runs, on a port of its own. Ends
     * when it is closed, or with this process.
     */
    Second startSecond(String service) throws IOException, InterruptedException {
        refresh();
        Path running = Path.of(
                "/proc", status.path("services").path(service).path("pid").asText());
        ProcessBuilder second = new ProcessBuilder(words(running.resolve("cmdline")));
        second.environment().clear();
        words(running.resolve("environ")).forEach(each -> {
            int equals = each.indexOf('=');
            second.environment().put(each.substring(0, equals), each.substring(equals + 1));
        });
        second.environment().put("QUARKUS_HTTP_PORT", Integer.toString(freePort()));
        second.redirectErrorStream(true)
                .redirectOutput(data.resolve("logs/" + service + "-2.log").toFile());
        return new Second(second.start());
    }

    record Second(Process process) implements AutoCloseable {
        boolean runs() {
            return process.isAlive();
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<String> words(Path file) throws IOException {
        return List.of(Files.readString(file).split("\0"));
    }

    /**
     * {@code kill -9} for one of PostgreSQL's processes: it ends all the others and every connection, and recovers from its
     * log, as after a power cut.
     */
    void crashPostgres() throws IOException {
        long postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postgres/postmaster.pid")).getFirst());
        ProcessHandle victim = ProcessHandle.of(postmaster)
                .flatMap(process -> process.children().findFirst())
                .orElseThrow();
        victim.destroyForcibly();
        System.out.println("crashed postgres (" + victim.pid() + ")");
    }

    boolean allReady() throws IOException, InterruptedException {
        refresh();
        for (JsonNode service : status.path("services")) {
            if (!service.path("ready").asBoolean()) {
                return false;
            }
        }
        return true;
    }

    private void refresh() throws IOException, InterruptedException {
        status = JSON.readTree(command("status", "--json"));
    }

    private String command(String... words) throws IOException, InterruptedException {
        Path launcher = ROOT.resolve("deploy/local/target");
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dthroughline.root=" + ROOT,
                "-cp",
                launcher.resolve("local.jar") + ":" + launcher.resolve("lib") + "/*",
                "io.throughline.local.Throughline"));
        line.addAll(List.of(words));
        line.addAll(List.of("--data", data.toString()));
        ProcessBuilder process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        process.environment().put("THROUGHLINE_SMTP_URL", smtpUrl);
        // A mail that was cut off twice is tried again after minutes, for greylists; here it need not take that long.
        process.environment().put("JAVA_TOOL_OPTIONS", "-Dthroughline.smtp.deferral=5S");
        Path output = Files.createTempFile("throughline-output-", ".txt");
        process.redirectOutput(output.toFile());
        Process running = process.start();
        if (!running.waitFor(240, TimeUnit.SECONDS)) {
            running.destroyForcibly();
            throw new IllegalStateException("throughline " + words[0] + " did not end within 240 s");
        }
        String said = Files.readString(output);
        Files.delete(output);
        if (running.exitValue() != 0) {
            throw new IllegalStateException(
                    "throughline " + words[0] + " ended with " + running.exitValue() + ":\n" + said + logs());
        }
        return said;
    }

    /** The last lines of every log, for whoever reads a failed run. */
    private String logs() {
        StringBuilder tail = new StringBuilder();
        try (Stream<Path> files = Files.list(data.resolve("logs"))) {
            for (Path file : files.toList()) {
                List<String> lines = Files.readAllLines(file);
                tail.append("--- ").append(file.getFileName()).append('\n');
                lines.subList(Math.max(0, lines.size() - 15), lines.size())
                        .forEach(line -> tail.append(line).append('\n'));
            }
        } catch (IOException e) {
            tail.append("no logs: ").append(e.getMessage());
        }
        return tail.toString();
    }

    @Override
    public void close() throws IOException {
        try {
            command("down");
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
