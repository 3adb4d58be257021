package io.throughline.platform.sql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * Values in PostgreSQL's binary representation, each after its length, as {@code COPY} and array parameters hold them. The
 * bytes are those of each type's {@code …send} function, such as {@code uuid_send}.
 */
final class BinaryValues {

    /** PostgreSQL counts time from 2000-01-01. */
    private static final long EPOCH_SECONDS = 946_684_800L;

    private static final int EPOCH_DAYS = 10_957;

    private ByteBuffer buffer;

    BinaryValues(int expectedBytes) {
        buffer = ByteBuffer.allocate(expectedBytes);
    }

    void putNull() {
        room(4).putInt(-1);
    }

    void put(UUID value) {
        room(20).putInt(16).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
    }

    void put(String value) {
        put(value.getBytes(StandardCharsets.UTF_8));
    }

    void put(byte[] value) {
        room(4 + value.length).putInt(value.length).put(value);
    }

    void put(short value) {
        room(6).putInt(2).putShort(value);
    }

    void put(int value) {
        room(8).putInt(4).putInt(value);
    }

    void put(long value) {
        room(12).putInt(8).putLong(value);
    }

    void put(boolean value) {
        room(5).putInt(1).put((byte) (value ? 1 : 0));
    }

    /** A {@code timestamptz}; what is finer than a microsecond is dropped. */
    void put(Instant value) {
        put((value.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + value.getNano() / 1_000);
    }

    void put(LocalDate value) {
        put(Math.toIntExact(value.toEpochDay() - EPOCH_DAYS));
    }

    /** Room for that many bytes that are no value, such as a header. */
    ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes));
            buffer = larger.put(buffer.flip());
        }
        return buffer;
    }

    byte[] toBytes() {
        byte[] all = new byte[buffer.position()];
        buffer.flip().get(all);
        return all;
    }
}
