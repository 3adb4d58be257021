package io.throughline.local.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {

    @TempDir
    private Path directory;

    private DataDirectory data;
    private Process orphan;

    @BeforeEach
    void anOrphan() throws IOException {
        data = DataDirectory.open(directory.resolve("data"));
        orphan = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void endOrphan() {
        orphan.destroyForcibly();
    }

    @Test
    void endsWhatAKilledSupervisorLeft() {
        record(RecordedProcess.of("job-worker", orphan.toHandle()));
        assertThat(Leftovers.clear(data)).containsExactly("job-worker");
        assertThat(orphan.isAlive()).isFalse();
    }

    @Test
    void leavesAProcessAloneThatOnlyHasThePid() {
        RecordedProcess ours = RecordedProcess.of("job-worker", orphan.toHandle());
        record(new RecordedProcess(ours.name(), ours.pid(), ours.startedAt() - 60_000));
        assertThat(Leftovers.clear(data)).isEmpty();
        assertThat(orphan.isAlive()).isTrue();
    }

    @Test
    void removesStaleLocksOnly() throws IOException {
        Path postgres = Files.createDirectories(data.path().resolve("postgres"));
        Files.writeString(postgres.resolve("postmaster.pid"), orphan.pid() + "\n");
        Leftovers.clear(data);
        assertThat(postgres.resolve("postmaster.pid")).doesNotExist();
        assertThat(orphan.isAlive()).isTrue();
    }

    private void record(RecordedProcess process) {
        RecordedProcess dead = new RecordedProcess("supervisor", 999_999_999, 1);
        data.record(new StackState(
                StackState.Phase.READY,
                null,
                dead,
                null,
                null,
                null,
                Map.of(),
                null,
                null,
                null,
                null,
                List.of(process)));
    }
}
