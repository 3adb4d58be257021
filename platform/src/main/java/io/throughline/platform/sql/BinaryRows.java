package io.throughline.platform.sql;

import java.nio.ByteBuffer;
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
    /** PostgreSQL counts time from 2000-01-01. */
    private static final long EPOCH_SECONDS = 946_684_800L;

    private final int columns;
    private ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);

    /** @param columns that every row has */
    public BinaryRows(int columns) {
        this.columns = columns;
        buffer.put(SIGNATURE).putInt(0).putInt(0);
    }

    /** Begins a row; its columns follow. */
    public BinaryRows row() {
        room(2).putShort((short) columns);
        return this;
    }

    public BinaryRows add(UUID value) {
        room(20).putInt(16).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
        return this;
    }

    /** @param value null: SQL NULL */
    public BinaryRows add(String value) {
        if (value == null) {
            room(4).putInt(-1);
            return this;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        room(4 + bytes.length).putInt(bytes.length).put(bytes);
        return this;
    }

    /** A {@code smallint}. */
    public BinaryRows add(short value) {
        room(6).putInt(2).putShort(value);
        return this;
    }

    public BinaryRows add(boolean value) {
        room(5).putInt(1).put((byte) (value ? 1 : 0));
        return this;
    }

    /** A {@code timestamptz}; what is finer than a microsecond is dropped. */
    public BinaryRows add(Instant value) {
        room(12).putInt(8).putLong((value.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + value.getNano() / 1_000);
        return this;
    }

    /** All rows, ended. Nothing may be added afterwards. */
    byte[] end() {
        room(2).putShort((short) -1);
        byte[] all = new byte[buffer.position()];
        buffer.flip().get(all);
        return all;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes));
            buffer = larger.put(buffer.flip());
        }
        return buffer;
    }
}
