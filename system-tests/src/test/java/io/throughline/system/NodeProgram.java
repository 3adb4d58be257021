package io.throughline.system;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The program in {@code src/test/node} with its packages, as the lock file pins them. Skips the test where Node.js, npm or
 * the package registry is missing; everything else that goes wrong fails it.
 */
final class NodeProgram {

    private static final List<String> SOURCES = List.of("package.json", "package-lock.json", "publish.mjs");
    private static final Pattern REGISTRY_IS_AWAY = Pattern.compile(
            "\\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\\b");
    private static final int OLDEST_NODE = 18;
    private static final int LIMIT_SECONDS = 180;

    private final Path directory;

    private NodeProgram(Path directory) {
        this.directory = directory;
    }

    /** @param status exit code; @param output of both streams */
    private record Ended(int status, String output) {}

    static NodeProgram installed() throws IOException, InterruptedException {
        Path module = Path.of(System.getProperty("throughline.root")).resolve("system-tests");
        Path directory = Files.createDirectories(module.resolve("target/node"));
        needNode(directory);
        for (String source : SOURCES) {
            Files.copy(
                    module.resolve("src/test/node").resolve(source),
                    directory.resolve(source),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        install(directory);
        return new NodeProgram(directory);
    }

    private static void needNode(Path directory) throws IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            Ended version;
            try {
                version = end(directory, Map.of(), program, "--version");
            } catch (IOException absent) {
                abort("Skipped: " + program + " is not on the PATH, so no Node.js program can be tried.");
                return;
            }
            if (program.equals("node") && major(version.output()) < OLDEST_NODE) {
                abort("Skipped: Node.js " + OLDEST_NODE + " or newer is needed, here is "
                        + version.output().strip() + ".");
            }
        }
    }

    /** {@code v20.20.2} is 20. */
    private static int major(String version) {
        return Integer.parseInt(version.strip().replaceFirst("^v(\\d+)[\\s\\S]*", "$1"));
    }

    /** {@code npm ci} takes exactly what the lock file pins and compares its hash. */
    private static void install(Path directory) throws IOException, InterruptedException {
        Ended npm = end(
                directory,
                Map.of("npm_config_fetch_retries", "1", "npm_config_fetch_timeout", "30000"),
                "npm",
                "ci",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts");
        if (npm.status() != 0 && REGISTRY_IS_AWAY.matcher(npm.output()).find()) {
            abort("Skipped: the npm registry cannot be reached, so kafkajs could not be fetched:\n" + npm.output());
        }
        if (npm.status() != 0) {
            throw new AssertionError("npm ci ended with " + npm.status() + ":\n" + npm.output());
        }
    }

    /** What it said. @throws AssertionError unless it ended well */
    String run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        Ended node = end(directory, Map.of(), command.toArray(String[]::new));
        if (node.status() != 0) {
            throw new AssertionError(script + " ended with " + node.status() + ":\n" + node.output());
        }
        return node.output();
    }

    private static Ended end(Path directory, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("throughline-node-", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        String.join(" ", command) + " did not end in time:\n" + Files.readString(output));
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
