package io.throughline.analytics.ingest;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is remembered of one enrollment: the fingerprints of its counted events and its {@link Firsts}. Fingerprints beyond
 * {@link #ROW_HOLDS} live in a table of their own, so that a row stays small however often somebody clicks.
 */
final class EnrollmentMemory {

    static final int ROW_HOLDS = 128;

    private final EnrollmentKey key;
    private final boolean stored;
    private final byte[] countedBefore;
    private final Firsts firsts;
    private final Set<Long> counted = new HashSet<>();
    private final List<Long> fresh = new ArrayList<>();

    private EnrollmentMemory(EnrollmentKey key, boolean stored, byte[] counted, Firsts firsts) {
        this.key = key;
        this.stored = stored;
        this.countedBefore = counted;
        this.firsts = firsts;
        ByteBuffer each = ByteBuffer.wrap(counted);
        while (each.hasRemaining()) {
            this.counted.add(each.getLong());
        }
    }

    static EnrollmentMemory empty(EnrollmentKey key) {
        return new EnrollmentMemory(key, false, new byte[0], new Firsts());
    }

    static EnrollmentMemory stored(EnrollmentKey key, byte[] counted, String firsts) {
        return new EnrollmentMemory(key, true, counted, Firsts.parse(firsts));
    }

    EnrollmentKey key() {
        return key;
    }

    /** Whether there is a row of it. */
    boolean isStored() {
        return stored;
    }

    boolean hasChanged() {
        return !fresh.isEmpty();
    }

    /** Whether the row holds all it can, so that further fingerprints are looked for in the table beside it. */
    boolean isFull() {
        return countedBefore.length >= ROW_HOLDS * Long.BYTES;
    }

    /** Whether an event may be new as far as the row tells. */
    boolean knows(long fingerprint) {
        return counted.contains(fingerprint);
    }

    /** Counts an event unless it was counted before. @return whether it was */
    boolean count(Engagement event, long fingerprint, Differences differences) {
        if (!counted.add(fingerprint)) {
            return false;
        }
        firsts.add(event, differences);
        fresh.add(fingerprint);
        differences.event(event);
        return true;
    }

    /** Of the row: a full one stays as it is. */
    byte[] countedNow() {
        int room = isFull() ? 0 : Math.min(fresh.size(), ROW_HOLDS - countedBefore.length / Long.BYTES);
        ByteBuffer now =
                ByteBuffer.allocate(countedBefore.length + room * Long.BYTES).put(countedBefore);
        fresh.subList(0, room).forEach(now::putLong);
        return now.array();
    }

    /** Those of this batch that did not fit the row any more. */
    List<Long> overflow() {
        return isFull()
                ? fresh
                : fresh.subList(Math.min(fresh.size(), ROW_HOLDS - countedBefore.length / Long.BYTES), fresh.size());
    }

    String firstsNow() {
        return firsts.text();
    }
}
