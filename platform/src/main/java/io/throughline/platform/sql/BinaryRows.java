package io.throughline.platform.sql;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * Rows in the format of {@code COPY … FROM STDIN (FORMAT binary)}: the fastest way to add many.
 *
 * @see <a href="https://www.postgresql.org/docs/18/sql-copy.html#id-1.9.3.55.9.4">PostgreSQL: binary format</a>
 */
public final class BinaryRows {

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};

    private static final byte JSONB_VERSION = 1;

    private final int columns;
    private final BinaryValues values = new BinaryValues(64 * 1024);

    /** @param columns that every row has */
    public BinaryRows(int columns) {
        this.columns = columns;
        values.room(SIGNATURE.length + 8).put(SIGNATURE).putInt(0).putInt(0);
    }

    /** Begins a row; its columns follow. */
    public BinaryRows row() {
        values.room(2).putShort((short) columns);
        return this;
    }

    public BinaryRows add(UUID value) {
        values.put(value);
        return this;
    }

    /** @param value null: SQL NULL */
    public BinaryRows add(String value) {
        if (value == null) {
            values.putNull();
        } else {
            values.put(value);
        }
        return this;
    }

    /** A {@code smallint}. */
    public BinaryRows add(short value) {
        values.put(value);
        return this;
    }

    /** An {@code integer}. */
    public BinaryRows add(int value) {
        values.put(value);
        return this;
    }

    /** A {@code jsonb}, as its text. */
    public BinaryRows addJson(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        values.room(5 + text.length).putInt(1 + text.length).put(JSONB_VERSION).put(text);
        return this;
    }

    public BinaryRows add(boolean value) {
        values.put(value);
        return this;
    }

    /** A {@code timestamptz}; what is finer than a microsecond is dropped. */
    public BinaryRows add(Instant value) {
        values.put(value);
        return this;
    }

    /** All rows, ended. Nothing may be added afterwards. */
    byte[] end() {
        values.room(2).putShort((short) -1);
        return values.toBytes();
    }
}
