package io.throughline.analytics.ingest;

import java.nio.ByteBuffer;
import java.util.Arrays;
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
    private boolean stored;
    private Firsts firsts = new Firsts();
    /** Those of the row, then those of this batch. */
    private long[] counted = new long[4];

    private int countedBefore;
    private int countedNow;
    /** All of {@link #counted}, once there are too many to look through. */
    private Set<Long> countedSet;

    EnrollmentMemory(EnrollmentKey key) {
        this.key = key;
    }

    /** Takes over what its row says, before anything is counted. */
    void recall(byte[] storedFingerprints, String storedFirsts) {
        stored = true;
        countedBefore = storedFingerprints.length / Long.BYTES;
        countedNow = countedBefore;
        counted = new long[countedBefore + 4];
        ByteBuffer.wrap(storedFingerprints).asLongBuffer().get(counted, 0, countedBefore);
        firsts = Firsts.parse(storedFirsts);
    }

    EnrollmentKey key() {
        return key;
    }

    /** Whether there is a row of it. */
    boolean isStored() {
        return stored;
    }

    boolean hasChanged() {
        return countedNow > countedBefore;
    }

    /** Whether the row holds all it can, so that further fingerprints are looked for in the table beside it. */
    boolean isFull() {
        return countedBefore >= ROW_HOLDS;
    }

    /** Whether an event was counted as far as the row tells. */
    boolean knows(long fingerprint) {
        if (countedNow > ROW_HOLDS) {
            return known().contains(fingerprint);
        }
        for (int at = 0; at < countedNow; at++) {
            if (counted[at] == fingerprint) {
                return true;
            }
        }
        return false;
    }

    private Set<Long> known() {
        if (countedSet == null) {
            countedSet = new HashSet<>();
            for (int at = 0; at < countedNow; at++) {
                countedSet.add(counted[at]);
            }
        }
        return countedSet;
    }

    /** Counts an event unless it was counted before. @return whether it was not */
    boolean count(Engagement event, long fingerprint, Differences differences) {
        if (knows(fingerprint)) {
            return false;
        }
        firsts.add(event, differences);
        if (countedNow == counted.length) {
            counted = Arrays.copyOf(counted, countedNow * 2);
        }
        counted[countedNow] = fingerprint;
        countedNow++;
        if (countedSet != null) {
            countedSet.add(fingerprint);
        }
        differences.event(event);
        return true;
    }

    /** Of the row: a full one stays as it is. */
    byte[] fingerprintsOfRow() {
        ByteBuffer row = ByteBuffer.allocate(inRow() * Long.BYTES);
        row.asLongBuffer().put(counted, 0, inRow());
        return row.array();
    }

    private int inRow() {
        return Math.min(countedNow, ROW_HOLDS);
    }

    /** Those of this batch that did not fit the row any more. */
    List<Long> overflow() {
        int from = Math.max(countedBefore, inRow());
        return from == countedNow
                ? List.of()
                : Arrays.stream(counted, from, countedNow).boxed().toList();
    }

    String firstsNow() {
        return firsts.text();
    }
}
