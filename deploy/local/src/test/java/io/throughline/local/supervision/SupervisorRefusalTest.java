package io.throughline.local.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorRefusalTest {

    @TempDir
    private Path directory;

    @Test
    void namesABusyPortAndAnother() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> new Supervisor(options(port, true)).run())
                    .isInstanceOf(StackFailure.class)
                    .hasMessageContaining("Port " + port)
                    .hasMessageContaining("--port " + (port + 1));
        }
    }

    @Test
    void wipesNothingWhenItCannotStart() throws Exception {
        DataDirectory data = DataDirectory.open(directory.resolve("data"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> new Supervisor(options(taken.getLocalPort(), true)).run())
                    .isInstanceOf(StackFailure.class);
        }
        assertThat(data.isOurs()).isTrue();
    }

    @Test
    void saysWhereTheOtherOneRuns() {
        DataDirectory data = DataDirectory.open(directory.resolve("data"));
        data.record(new StackState(
                StackState.Phase.READY,
                null,
                RecordedProcess.of("supervisor", ProcessHandle.current()),
                new StackState.Gateway("http://127.0.0.1:8080", 8080, 1),
                null,
                null,
                Map.of(),
                null,
                null,
                null,
                null,
                List.of()));
        assertThatThrownBy(() -> new Supervisor(options(8080, false)).run())
                .hasMessageContaining("http://127.0.0.1:8080")
                .hasMessageContaining("./throughline down");
    }

    @Test
    void givesUpAfterFiveDeathsWithinAMinuteOnly() {
        Deaths deaths = new Deaths();
        java.time.Instant start = java.time.Instant.EPOCH;
        for (int death = 0; death < 4; death++) {
            assertThat(deaths.addAndTellWhetherTooMany(start.plusSeconds(death)))
                    .isFalse();
        }
        assertThat(deaths.addAndTellWhetherTooMany(start.plusSeconds(70))).isFalse();
        deaths.forget();
        for (int death = 0; death < 4; death++) {
            assertThat(deaths.addAndTellWhetherTooMany(start.plusSeconds(100))).isFalse();
        }
        assertThat(deaths.addAndTellWhetherTooMany(start.plusSeconds(101))).isTrue();
    }

    private Options options(int port, boolean fresh) {
        return new Options(directory, directory.resolve("data"), port, fresh, false, false, Map.of());
    }
}
