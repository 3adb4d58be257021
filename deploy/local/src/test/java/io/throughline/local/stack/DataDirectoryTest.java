package io.throughline.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    private Path directory;

    @Test
    void refusesADirectoryWithForeignFiles() throws IOException {
        Files.writeString(directory.resolve("thesis.tex"), "do not touch");
        assertThatThrownBy(() -> DataDirectory.open(directory))
                .isInstanceOf(StackFailure.class)
                .hasMessageContaining("not ours")
                .hasMessageContaining("--data");
        assertThatThrownBy(() -> new DataDirectory(directory).wipe()).hasMessageContaining("refuses");
        assertThat(directory.resolve("thesis.tex")).exists();
    }

    @Test
    void wipesWhatIsOurs() {
        DataDirectory data = DataDirectory.open(directory.resolve("data"));
        data.wipe();
        assertThat(data.path()).doesNotExist();
    }

    @Test
    void refusesToWipeWhatIsNotOursUnlessThereIsNothing() throws IOException {
        DataDirectory data = new DataDirectory(Files.createDirectory(directory.resolve("data")));
        data.wipe();
        Path theirs = Files.createDirectory(directory.resolve("theirs"));
        Files.writeString(theirs.resolve("letter.txt"), "mine");
        assertThatThrownBy(new DataDirectory(theirs)::wipe).hasMessageContaining("marker");
        assertThat(theirs.resolve("letter.txt")).exists();
    }

    @Test
    void keepsSecretsForTheOwnerAndForTheNextStart() throws IOException {
        DataDirectory data = DataDirectory.open(directory.resolve("data"));
        Secrets first = Secrets.of(data);
        assertThat(first.adminKey()).matches("tlk_[0-9A-Za-z]{43}");
        assertThat(Secrets.of(data).adminKey()).isEqualTo(first.adminKey());
        assertThat(Secrets.of(data).password(Service.JOBS)).isEqualTo(first.password(Service.JOBS));
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(data.path().resolve("secrets.properties"))))
                .isEqualTo("rw-------");
    }

    @Test
    void readsTheStateItWrote() {
        DataDirectory data = DataDirectory.open(directory.resolve("data"));
        RecordedProcess self = RecordedProcess.of("supervisor", ProcessHandle.current());
        data.record(new StackState(
                StackState.Phase.READY,
                null,
                self,
                null,
                "key",
                null,
                Map.of(),
                null,
                null,
                null,
                null,
                List.of(self)));
        assertThat(data.state()).hasValueSatisfying(state -> {
            assertThat(state.isRunning()).isTrue();
            assertThat(state.processes()).containsExactly(self);
        });
    }

    @Test
    void takesADamagedStateForNone() throws IOException {
        DataDirectory data = DataDirectory.open(directory.resolve("data"));
        Files.writeString(data.path().resolve("state.json"), "{\"phase\":\"REA");
        assertThat(data.state()).isEmpty();
    }
}
