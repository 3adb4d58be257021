package io.throughline.local.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * The report as the systems before this one made it: five group-bys over the raw events of an instance, found by an index
 * on it. Reads the table that {@link KeyedCopy} filled.
 */
final class RawReport {

    private static final int TIMES = 3;

    private static final List<String> QUERIES = List.of("""
            SELECT status, count(*) FROM enrollment WHERE instance_id = ? GROUP BY status
            """, """
            SELECT channel, event_type, count(*) FROM event WHERE instance_id = ? GROUP BY channel, event_type
            """, """
            SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, event_type, count(*)
            FROM event WHERE instance_id = ? GROUP BY day, event_type
            """, """
            SELECT event_type, count(DISTINCT enrollment_id) FROM event
            WHERE instance_id = ? AND event_type IN ('sent', 'delivered', 'opened', 'clicked', 'replied')
            GROUP BY event_type
            """, """
            SELECT step_number, channel, event_type, count(DISTINCT enrollment_id)
            FROM event WHERE instance_id = ? GROUP BY step_number, channel, event_type
            """);

    private final Connection connection;
    private final UUID instance;

    RawReport(Connection connection, UUID instance) {
        this.connection = connection;
        this.instance = instance;
    }

    /** All five, one after the other: the median of three times, after one that warms the caches. */
    double millis() throws SQLException {
        prepare();
        all();
        double[] millis = new double[TIMES];
        for (int time = 0; time < TIMES; time++) {
            long began = System.nanoTime();
            all();
            millis[time] = Latencies.millisSince(began);
        }
        return new Latencies(millis).median();
    }

    private void prepare() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = " + KeyedCopy.SCHEMA);
            statement.execute("CREATE INDEX ON event (instance_id)");
            statement.execute("""
                    CREATE TABLE enrollment AS
                    SELECT DISTINCT enrollment_id, instance_id, 'active' AS status FROM event""");
            statement.execute("CREATE INDEX ON enrollment (instance_id)");
            statement.execute("VACUUM ANALYZE event");
            statement.execute("ANALYZE enrollment");
        }
    }

    private void all() throws SQLException {
        for (String query : QUERIES) {
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setObject(1, instance);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        rows.getString(1);
                    }
                }
            }
        }
    }
}
