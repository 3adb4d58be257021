package io.throughline.local.bench;

import io.throughline.local.bench.Jobs.Burst;
import io.throughline.local.stack.StackFailure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Graphile Worker, which claims and completes in batches, as its performance page sets it up:
 * <a href="https://worker.graphile.org/docs/performance">worker.graphile.org</a>. It runs in a Node process of its own; npm
 * fetches it into a folder that is removed afterwards.
 */
final class GraphileWorker {

    private static final String SCRIPT = "graphile-worker.js";

    private GraphileWorker() {}

    /** @return a burst of so many jobs for each round */
    static List<Burst> measured(String jdbcUrl, int jobs, int rounds) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("throughline-graphile-");
        try {
            copy("package.json", folder);
            copy(SCRIPT, folder);
            run(folder, "npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock");
            String database = jdbcUrl.substring("jdbc:".length());
            return run(folder, "node", SCRIPT, database, Integer.toString(jobs), Integer.toString(rounds))
                    .lines()
                    .map(line -> line.split(" "))
                    .map(line -> new Burst(Double.parseDouble(line[0]), Double.parseDouble(line[1])))
                    .toList();
        } finally {
            delete(folder);
        }
    }

    private static void copy(String name, Path folder) throws IOException {
        try (InputStream resource = GraphileWorker.class.getResourceAsStream("/bench/" + name)) {
            Files.copy(resource, folder.resolve(name));
        }
    }

    private static String run(Path folder, String... command) throws IOException, InterruptedException {
        File errors = folder.resolve("errors").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors);
        Process process;
        try {
            process = builder.start();
        } catch (IOException missing) {
            throw failure(command[0] + " does not start: " + missing.getMessage());
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw failure(
                    command[0] + " failed: " + Files.readString(errors.toPath()).strip());
        }
        return output;
    }

    private static StackFailure failure(String sentence) {
        return new StackFailure(sentence, "./throughline bench jobs, without --graphile");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
