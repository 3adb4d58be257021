package io.throughline.local.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Rows in PostgreSQL's binary COPY format.
 *
 * @see <a href="https://www.postgresql.org/docs/18/sql-copy.html">COPY, "Binary Format"</a>
 */
final class CopyRows {

    static final String COLUMNS = "tenant_id, instance_id, enrollment_id, source, event_id, channel, event_type,"
            + " step_number, occurred_at, received_at, metadata";

    private static final int COLUMN_COUNT = 11;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4 << 20);
    private final DataOutputStream out = new DataOutputStream(bytes);
    private int rows;

    CopyRows() throws IOException {
        begin();
    }

    private void begin() throws IOException {
        bytes.reset();
        rows = 0;
        out.write(SIGNATURE);
        out.writeInt(0);
        out.writeInt(0);
    }

    void add(DrawnEvents.Event event, UUID tenant, UUID instance, Instant receivedAt) throws IOException {
        out.writeShort(COLUMN_COUNT);
        uuid(tenant);
        uuid(instance);
        uuid(event.enrollment());
        text(DrawnEvents.SOURCE);
        uuid(event.id());
        text(DrawnEvents.CHANNEL);
        text(event.type());
        out.writeInt(Short.BYTES);
        out.writeShort(event.step());
        time(event.occurredAt());
        time(receivedAt);
        text(event.metadata());
        rows++;
    }

    int rows() {
        return rows;
    }

    /** All rows since the last call, with header and trailer. */
    byte[] take() throws IOException {
        out.writeShort(-1);
        byte[] taken = bytes.toByteArray();
        begin();
        return taken;
    }

    private void uuid(UUID value) throws IOException {
        out.writeInt(2 * Long.BYTES);
        out.writeLong(value.getMostSignificantBits());
        out.writeLong(value.getLeastSignificantBits());
    }

    private void text(String value) throws IOException {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(encoded.length);
        out.write(encoded);
    }

    private void time(Instant value) throws IOException {
        out.writeInt(Long.BYTES);
        out.writeLong(ChronoUnit.MICROS.between(EPOCH, value));
    }
}
