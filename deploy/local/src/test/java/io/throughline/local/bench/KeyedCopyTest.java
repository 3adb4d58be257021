package io.throughline.local.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.local.server.EmbeddedPostgresServer;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.StackFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyedCopyTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00.123Z");
    private static final DrawnEvents EVENTS = new DrawnEvents(UUID.randomUUID(), UUID.randomUUID(), 12_345, 42, NOW);

    @TempDir
    static Path directory;

    private static EmbeddedPostgresServer postgres;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        DataDirectory data = new DataDirectory(directory);
        data.log("postgres").getParent().toFile().mkdirs();
        postgres = EmbeddedPostgresServer.start(data, port);
        url = postgres.address().adminUrl();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @Test
    void storesEveryRowAsItIsAndLeavesNothingBehind() throws Exception {
        try (KeyedCopy copy = KeyedCopy.open(url)) {
            copy.copy(EVENTS);
            copy.copy(EVENTS);
            Set<DrawnEvents.Event> drawn = new HashSet<>();
            EVENTS.forEach(drawn::add);
            List<DrawnEvents.Event> stored = stored();
            assertThat(stored).hasSize(12_345);
            assertThat(new HashSet<>(stored)).isEqualTo(drawn);
            assertThat(new RawReport(copy.connection(), EVENTS.instance()).millis())
                    .isPositive();
        }
        assertThatThrownBy(KeyedCopyTest::stored)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("does not exist");
    }

    private static List<DrawnEvents.Event> stored() throws SQLException {
        List<DrawnEvents.Event> events = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM bench_scratch.event")) {
            while (rows.next()) {
                assertThat(rows.getObject("tenant_id", UUID.class)).isEqualTo(EVENTS.tenant());
                assertThat(rows.getObject("instance_id", UUID.class)).isEqualTo(EVENTS.instance());
                assertThat(rows.getString("source")).isEqualTo("bench/analytics");
                assertThat(rows.getString("channel")).isEqualTo("email");
                assertThat(time(rows, "received_at")).isEqualTo(NOW);
                events.add(new DrawnEvents.Event(
                        rows.getObject("event_id", UUID.class),
                        rows.getObject("enrollment_id", UUID.class),
                        rows.getString("event_type"),
                        rows.getInt("step_number"),
                        time(rows, "occurred_at"),
                        rows.getString("metadata")));
            }
        }
        return events;
    }

    private static Instant time(ResultSet rows, String column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Test
    void measuresWithTheDurabilityOfTheSuite() throws Exception {
        try (KeyedCopy copy = KeyedCopy.open(url)) {
            assertThat(copy.setting("fsync")).isEqualTo("on");
            assertThat(copy.setting("synchronous_commit")).isEqualTo("on");
        }
    }

    @Test
    void saysWhatIsNeededWhenItIsNotLetIn() {
        assertThatThrownBy(() -> KeyedCopy.open(url.replace("user=postgres", "user=nobody")))
                .isInstanceOf(StackFailure.class)
                .hasMessageContaining("superuser");
    }
}
