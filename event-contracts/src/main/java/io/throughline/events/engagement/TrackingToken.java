package io.throughline.events.engagement;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a link in a mail stands for, written as few bytes as it takes because they end up in a URL: version, action, three ids,
 * step and time are 60, then comes the address. Signed by who sends, read by who is asked.
 *
 * @param sentAt when the mail was about to be handed over, to the millisecond
 * @param url where a click leads; null for other actions
 */
public record TrackingToken(
        Action action, UUID tenantId, UUID enrollmentId, UUID instanceId, int step, Instant sentAt, String url) {

    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 60;

    public enum Action {
        OPEN,
        CLICK,
        UNSUBSCRIBE
    }

    public byte[] bytes() {
        byte[] address = url == null ? new byte[0] : url.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + address.length)
                .put(VERSION)
                .put((byte) action.ordinal())
                .putLong(tenantId.getMostSignificantBits())
                .putLong(tenantId.getLeastSignificantBits())
                .putLong(enrollmentId.getMostSignificantBits())
                .putLong(enrollmentId.getLeastSignificantBits())
                .putLong(instanceId.getMostSignificantBits())
                .putLong(instanceId.getLeastSignificantBits())
                .putShort((short) step)
                .putLong(sentAt.toEpochMilli())
                .put(address)
                .array();
    }

    /** Empty for what another version has written. */
    public static Optional<TrackingToken> of(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            byte version = buffer.get();
            int action = buffer.get();
            if (version != VERSION || action < 0 || action >= Action.values().length) {
                return Optional.empty();
            }
            UUID tenant = id(buffer);
            UUID enrollment = id(buffer);
            UUID instance = id(buffer);
            int step = buffer.getShort();
            Instant sentAt = Instant.ofEpochMilli(buffer.getLong());
            String url = StandardCharsets.UTF_8.decode(buffer).toString();
            return Optional.of(new TrackingToken(
                    Action.values()[action], tenant, enrollment, instance, step, sentAt, url.isEmpty() ? null : url));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static UUID id(ByteBuffer buffer) {
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
