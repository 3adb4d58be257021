package io.throughline.analytics.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * 64 bits that stand for an event's source and id within one enrollment. By the birthday bound two of a million events of
 * the same enrollment share them with a probability of 3 in 100 million.
 */
final class Fingerprint {

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Fingerprint::sha256);

    private Fingerprint() {}

    /** A line feed is in neither of them, so no two pairs are the same text. */
    static long of(String source, String eventId) {
        byte[] digest = SHA_256.get().digest((source + '\n' + eventId).getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
