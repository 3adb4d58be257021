package io.throughline.platform.sql;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Set-based statements on the service's own database. Each call is one statement. Inside {@link #inTransaction} all
 * calls of the thread share the transaction's connection; outside, a call commits by itself.
 *
 * <p>Parameters: UUID, String, numbers, Boolean, Instant, LocalDate, byte[], {@link SqlArray}, null.
 */
@Singleton
public class Sql {

    private final DataSource database;

    Sql(DataSource database) {
        this.database = database;
    }

    /** @param elementType see {@link SqlArray} */
    public static SqlArray array(String elementType, Collection<?> elements) {
        return new SqlArray(elementType, elements);
    }

    /** The common case: one column of a batch of rows. */
    public static <T> SqlArray column(String elementType, Collection<T> rows, Function<T, ?> value) {
        List<Object> elements = new ArrayList<>(rows.size());
        for (T row : rows) {
            elements.add(value.apply(row));
        }
        return new SqlArray(elementType, elements);
    }

    /** Joins the transaction of the thread or begins one; any exception rolls it back. */
    public <T> T inTransaction(Callable<T> work) {
        return QuarkusTransaction.joiningExisting().call(work);
    }

    public void inTransaction(Runnable work) {
        QuarkusTransaction.joiningExisting().run(work);
    }

    /** A transaction of its own, whatever the thread is in: its outcome does not depend on the other's. */
    public void inNewTransaction(Runnable work) {
        QuarkusTransaction.requiringNew().run(work);
    }

    /** @param sql {@code COPY … FROM STDIN (FORMAT binary)} */
    public void copy(String sql, BinaryRows rows) {
        byte[] all = rows.end();
        try (Connection connection = database.getConnection()) {
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
            try {
                copy.writeToCopy(all, 0, all.length);
                copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (SQLException e) {
            throw new SqlFailure(e);
        }
    }

    public int update(String sql, Object... parameters) {
        return run(sql, parameters, PreparedStatement::executeUpdate);
    }

    public <T> List<T> list(String sql, Function<Row, T> mapper, Object... parameters) {
        return run(sql, parameters, statement -> {
            try (ResultSet results = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                Row row = new Row(results);
                while (results.next()) {
                    rows.add(mapper.apply(row));
                }
                return rows;
            }
        });
    }

    /** For results that go straight to where they belong. */
    public void each(String sql, Consumer<Row> taker, Object... parameters) {
        run(sql, parameters, statement -> {
            try (ResultSet results = statement.executeQuery()) {
                Row row = new Row(results);
                while (results.next()) {
                    taker.accept(row);
                }
                return null;
            }
        });
    }

    /** The first row, if any. */
    public <T> Optional<T> first(String sql, Function<Row, T> mapper, Object... parameters) {
        return list(sql, mapper, parameters).stream().findFirst();
    }

    /** For statements that always answer with a row, such as counts. */
    public <T> T one(String sql, Function<Row, T> mapper, Object... parameters) {
        return first(sql, mapper, parameters)
                .orElseThrow(() -> new IllegalStateException("a row was promised by: " + sql));
    }

    private <T> T run(String sql, Object[] parameters, Execution<T> execution) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                bind(connection, statement, i + 1, parameters[i]);
            }
            return execution.on(statement);
        } catch (SQLException e) {
            throw new SqlFailure(e);
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, int index, Object value)
            throws SQLException {
        switch (value) {
            case null -> statement.setNull(index, Types.NULL);
            case SqlArray array -> statement.setArray(index, array.on(connection));
            case byte[] bytes -> statement.setBytes(index, bytes);
            case Instant instant -> statement.setObject(index, OffsetDateTime.ofInstant(instant, ZoneOffset.UTC));
            default -> statement.setObject(index, value);
        }
    }

    @FunctionalInterface
    private interface Execution<T> {
        T on(PreparedStatement statement) throws SQLException;
    }
}
