package io.throughline.events.enrollment;

/**
 * Whether an address is written to. Topic {@code contact.suppressions.v1}, compacted, key: {@code addressHash}. There are no
 * tombstones: that an address may be written to again is said, too.
 *
 * @param addressHash 64 hexadecimal digits, as {@link OutreachMessage#recipientHash}; only enrollment-service can make it
 */
public record AddressSuppressed(String addressHash, boolean suppressed) {

    public static final String TYPE = "io.throughline.contact.suppression";
}
