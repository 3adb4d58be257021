package io.throughline.local.bench;

import io.throughline.local.stack.StackFailure;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * What the same PostgreSQL takes at most: the rows by binary COPY into a logged table with one key, committed every 10,000
 * rows. The table lives in a schema of its own, which goes with this object.
 */
final class KeyedCopy implements AutoCloseable {

    static final String SCHEMA = "bench_scratch";
    private static final int ROWS_PER_COMMIT = 10_000;

    private final Connection connection;

    private KeyedCopy(Connection connection) {
        this.connection = connection;
    }

    /** @param jdbcUrl of a role that may create a schema */
    static KeyedCopy open(String jdbcUrl) throws SQLException {
        try {
            return new KeyedCopy(DriverManager.getConnection(jdbcUrl));
        } catch (SQLException refused) {
            throw new StackFailure(
                    "The comparison needs a superuser's connection, and " + jdbcUrl + " refused: "
                            + refused.getMessage() + ".",
                    "measure a suite on the embedded servers: ./throughline up --detach --empty",
                    refused);
        }
    }

    Connection connection() {
        return connection;
    }

    String setting(String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Into an empty table each time. @return what COPY and its commits took, encoding left out */
    Duration copy(DrawnEvents events) throws SQLException, IOException {
        createTable();
        connection.setAutoCommit(false);
        long nanos = 0;
        CopyRows rows = new CopyRows();
        for (DrawnEvents.Event event : events) {
            rows.add(event, events.tenant(), events.instance(), events.now());
            if (rows.rows() == ROWS_PER_COMMIT) {
                nanos += commit(rows.take());
            }
        }
        if (rows.rows() > 0) {
            nanos += commit(rows.take());
        }
        connection.setAutoCommit(true);
        return Duration.ofNanos(nanos);
    }

    private long commit(byte[] encoded) throws SQLException {
        long began = System.nanoTime();
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + SCHEMA + ".event (" + CopyRows.COLUMNS + ") FROM STDIN (FORMAT binary)");
        copy.writeToCopy(encoded, 0, encoded.length);
        copy.endCopy();
        connection.commit();
        return System.nanoTime() - began;
    }

    private void createTable() throws SQLException {
        dropSchema();
        execute("CREATE SCHEMA " + SCHEMA);
        execute("""
                CREATE TABLE %s.event (
                    tenant_id     uuid        NOT NULL,
                    instance_id   uuid        NOT NULL,
                    enrollment_id uuid        NOT NULL,
                    source        text        NOT NULL,
                    event_id      uuid        PRIMARY KEY,
                    channel       text        NOT NULL,
                    event_type    text        NOT NULL,
                    step_number   smallint    NOT NULL,
                    occurred_at   timestamptz NOT NULL,
                    received_at   timestamptz NOT NULL,
                    metadata      text
                )""".formatted(SCHEMA));
    }

    private void dropSchema() throws SQLException {
        execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            dropSchema();
        }
    }
}
