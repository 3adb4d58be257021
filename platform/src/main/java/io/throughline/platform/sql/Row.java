package io.throughline.platform.sql;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** The current row of a result. Columns by name; SQL NULL is null, and 0 or false for the primitive readers. */
public final class Row {

    private final ResultSet results;

    Row(ResultSet results) {
        this.results = results;
    }

    public String text(String column) {
        return read(() -> results.getString(column));
    }

    public UUID uuid(String column) {
        return read(() -> results.getObject(column, UUID.class));
    }

    public int integer(String column) {
        return read(() -> results.getInt(column));
    }

    public long number(String column) {
        return read(() -> results.getLong(column));
    }

    public boolean flag(String column) {
        return read(() -> results.getBoolean(column));
    }

    public byte[] bytes(String column) {
        return read(() -> results.getBytes(column));
    }

    public LocalDate date(String column) {
        return read(() -> results.getObject(column, LocalDate.class));
    }

    public Instant instant(String column) {
        OffsetDateTime time = read(() -> results.getObject(column, OffsetDateTime.class));
        return time == null ? null : time.toInstant();
    }

    /** Of a column {@code text[]}. */
    public List<String> texts(String column) {
        return elements(column, String.class);
    }

    /** Of a column {@code uuid[]}. */
    public List<UUID> uuids(String column) {
        return elements(column, UUID.class);
    }

    private <T> List<T> elements(String column, Class<T> type) {
        return read(() -> {
            Array array = results.getArray(column);
            return array == null
                    ? List.of()
                    : Arrays.stream((Object[]) array.getArray()).map(type::cast).toList();
        });
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.read();
        } catch (SQLException e) {
            throw new SqlFailure(e);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws SQLException;
    }
}
