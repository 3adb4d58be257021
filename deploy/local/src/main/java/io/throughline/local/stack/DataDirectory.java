package io.throughline.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a stack keeps everything: one directory, recognisable by a marker file, so that only ours is ever wiped. */
public record DataDirectory(Path path) {

    private static final String MARKER = ".throughline-data";
    private static final long NEEDED_BYTES = 1L << 30;
    private static final ObjectMapper JSON =
            JsonMapper.builder().findAndAddModules().build();

    public DataDirectory {
        path = path.toAbsolutePath().normalize();
    }

    public static DataDirectory open(Path path) {
        DataDirectory data = new DataDirectory(path);
        try {
            if (Files.isDirectory(data.path) && !data.isOurs() && !data.isEmpty()) {
                throw new StackFailure(
                        "The directory " + data.path + " holds files that are not ours.",
                        "./throughline up --data DIR with a new or empty directory");
            }
            Files.createDirectories(data.logs());
            Files.writeString(data.path.resolve(MARKER), "Data of ./throughline; up --fresh wipes this directory.\n");
            data.requireSpace();
        } catch (IOException unwritable) {
            throw new StackFailure(
                    "The data directory " + data.path + " cannot be written: " + unwritable.getMessage() + ".",
                    "./throughline up --data DIR with a directory of yours",
                    unwritable);
        }
        return data;
    }

    private void requireSpace() throws IOException {
        FileStore store = Files.getFileStore(path);
        if (store.getUsableSpace() < NEEDED_BYTES) {
            throw new StackFailure(
                    "The disk that holds " + path + " is full: less than 1 GiB is free.",
                    "free some space, or ./throughline up --data DIR on another disk");
        }
    }

    public boolean isOurs() {
        return Files.exists(path.resolve(MARKER));
    }

    private boolean isEmptyDirectory() {
        try {
            return Files.isDirectory(path) && isEmpty();
        } catch (IOException unreadable) {
            return false;
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Removes everything in it; refuses a directory without our marker. */
    public void wipe() {
        if (!Files.exists(path)) {
            return;
        }
        if (!isOurs() && !isEmptyDirectory()) {
            throw new StackFailure(
                    "--fresh refuses to wipe " + path + ": it does not carry our marker file " + MARKER + ".",
                    "./throughline up --data DIR without --fresh, or remove it yourself");
        }
        try (Stream<Path> entries = Files.walk(path)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Path logs() {
        return path.resolve("logs");
    }

    public Path log(String name) {
        return logs().resolve(name + ".log");
    }

    public Optional<StackState> state() {
        Path file = path.resolve("state.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), StackState.class));
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    public void record(StackState state) {
        writePrivate("state.json", asJson(state));
    }

    /** Only the owner may read it: it holds the key. Replaced at once, so a reader never sees half of it. */
    public void writePrivate(String name, String text) {
        try {
            Path draft = path.resolve(name + ".new");
            Files.deleteIfExists(draft);
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, text);
            Files.move(draft, path.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String asJson(Object value) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
