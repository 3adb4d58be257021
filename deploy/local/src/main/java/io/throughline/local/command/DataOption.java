package io.throughline.local.command;

import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * Which stack a verb is about: the one named, else the one that runs in the default directory, else the last one
 * started from this working copy.
 */
final class DataOption {

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory (default: .throughline here).")
    Path data;

    static Path root() {
        return Path.of(System.getProperty("throughline.root", "."))
                .toAbsolutePath()
                .normalize();
    }

    private static Path usual() {
        return root().resolve(".throughline");
    }

    private static Path lastUsed() {
        return root().resolve("target/throughline/last-data");
    }

    /** For a start. */
    Path chosen() {
        return data == null ? usual() : data.toAbsolutePath().normalize();
    }

    void remember() {
        try {
            Files.createDirectories(lastUsed().getParent());
            Files.writeString(lastUsed(), chosen().toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** For everything after a start. */
    DataDirectory current() {
        DataDirectory here = new DataDirectory(chosen());
        boolean runs = here.state().filter(StackState::isRunning).isPresent();
        if (data != null || runs || !Files.exists(lastUsed())) {
            return here;
        }
        try {
            return new DataDirectory(Path.of(Files.readString(lastUsed()).trim()));
        } catch (IOException unreadable) {
            return here;
        }
    }

    StackState running() {
        return current()
                .state()
                .filter(StackState::isRunning)
                .orElseThrow(() -> new StackFailure("Throughline does not run.", "./throughline up"));
    }
}
