package io.throughline.local.bench;

import io.throughline.local.stack.StackFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.postgresql.PGConnection;

/**
 * An empty copy of one of enrollment-service's tables, with its columns, defaults, constraints and indexes, on the same
 * PostgreSQL with the same durable settings: what the database takes at most. It lives in a schema of its own, which goes
 * with this object, as do the rows of the measured tenants.
 */
final class BareTable implements AutoCloseable {

    private static final String SCHEMA = KeyedCopy.SCHEMA;

    private final Connection connection;
    private final String table;
    private final List<UUID> tenants;

    private BareTable(Connection connection, String table, List<UUID> tenants) {
        this.connection = connection;
        this.table = table;
        this.tenants = tenants;
    }

    /** @param tenants whose contacts and enrollments are removed at the end */
    static BareTable like(String jdbcUrl, String table, UUID... tenants) throws SQLException {
        try {
            return new BareTable(DriverManager.getConnection(jdbcUrl), table, List.of(tenants));
        } catch (SQLException refused) {
            throw new StackFailure(
                    "The comparison needs a superuser's connection, and " + jdbcUrl + " refused: "
                            + refused.getMessage() + ".",
                    "measure a suite on the embedded servers: ./throughline up --detach --empty",
                    refused);
        }
    }

    String setting(String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    /** All rows of the file by one COPY, committed once, into an empty table. */
    Duration copy(String columns, Path file) throws SQLException, IOException {
        createEmpty();
        try (InputStream rows = Files.newInputStream(file)) {
            long began = System.nanoTime();
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "COPY %s.%s (%s) FROM STDIN (FORMAT csv)".formatted(SCHEMA, table, columns),
                            rows,
                            256 * 1024);
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }

    /** One INSERT … SELECT into an empty table. @param select with one parameter: the tenant */
    Duration insert(String columns, String select, UUID tenant) throws SQLException {
        createEmpty();
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO %s.%s (%s) %s".formatted(SCHEMA, table, columns, select))) {
            insert.setObject(1, tenant);
            long began = System.nanoTime();
            insert.executeUpdate();
            return Duration.ofNanos(System.nanoTime() - began);
        }
    }

    /** @param query with one parameter: the tenant or import */
    long count(String query, UUID of) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(query)) {
            count.setObject(1, of);
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    Connection connection() {
        return connection;
    }

    private void createEmpty() throws SQLException {
        dropSchema();
        execute("CREATE SCHEMA " + SCHEMA);
        execute("CREATE TABLE %s.%s (LIKE enrollment.%s INCLUDING ALL)".formatted(SCHEMA, table, table));
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
            dropSchema();
            for (UUID tenant : tenants) {
                for (String owned : List.of("enrollment", "contact")) {
                    execute("DELETE FROM enrollment.%s WHERE tenant_id = '%s'".formatted(owned, tenant));
                }
            }
            execute("VACUUM ANALYZE enrollment.enrollment, enrollment.contact");
        }
    }
}
