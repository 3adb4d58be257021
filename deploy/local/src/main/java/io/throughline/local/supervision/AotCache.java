package io.throughline.local.supervision;

import io.throughline.local.stack.Child;
import io.throughline.local.stack.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What a JVM loads instead of parsing and linking its classes again (JEP 483, JEP 515): more than halves a start. The
 * file's name carries a checksum of the program, so a cache of an older build is never found.
 *
 * @param file may not exist: then the JVM starts without
 * @param replays whether the recorded profiles are replayed, so that C2 compiles early. In five JVMs at once on two cores it
 *     made a start take 2.4 s of processor time instead of 1.3 s; job-worker's first burst of jobs is worth it.
 */
public record AotCache(Path file, boolean replays) {

    public static AotCache of(Path root, Service service) {
        return of(
                root,
                service.title(),
                List.of(
                        root.resolve("deploy/local/target/local-lifeline.jar"),
                        service.application(root).getParent()),
                service == Service.JOBS);
    }

    static AotCache ofBroker(Path root) {
        List<Path> libraries = Arrays.stream(Child.classPath().split(":"))
                .map(Path::of)
                .filter(Files::exists)
                .toList();
        return of(root, "kafka", libraries, false);
    }

    private static AotCache of(Path root, String name, List<Path> programs, boolean replays) {
        Path directory = root.resolve("target/throughline/aot");
        return new AotCache(directory.resolve(name + "-" + checksum(programs) + ".aot"), replays);
    }

    boolean exists() {
        return Files.isRegularFile(file);
    }

    public List<String> flags() {
        return exists()
                ? List.of(
                        "-XX:AOTCache=" + file,
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:" + (replays ? "+" : "-") + "AOTReplayTraining",
                        "-Xlog:aot=off",
                        "-Xlog:cds=off")
                : List.of();
    }

    Path recording() {
        return file.resolveSibling(file.getFileName() + ".config");
    }

    /** Written under another name, so that a cache that is found is whole. */
    Path draft() {
        return file.resolveSibling(file.getFileName() + ".draft");
    }

    List<String> creationFlags() {
        return List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + recording(), "-XX:AOTCache=" + draft());
    }

    /** For the training run; the recording is written when the JVM ends. */
    List<String> recordingFlags() {
        return List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording(), "-Xlog:aot=off", "-Xlog:cds=off");
    }

    /** Path, size and time of each jar: what the JVM itself compares, plus the jars that Quarkus loads on its own. */
    private static String checksum(List<Path> programs) {
        CRC32C sum = new CRC32C();
        sum.update(Child.java().getBytes(StandardCharsets.UTF_8));
        sum.update(Runtime.version().toString().getBytes(StandardCharsets.UTF_8));
        for (Path program : programs) {
            try (Stream<Path> files = Files.walk(program)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    sum.update(file.toString().getBytes(StandardCharsets.UTF_8));
                    sum.update(ByteBuffer.allocate(16)
                            .putLong(Files.size(file))
                            .putLong(Files.getLastModifiedTime(file).toMillis())
                            .array());
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
