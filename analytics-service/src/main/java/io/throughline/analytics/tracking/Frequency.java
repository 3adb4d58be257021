package io.throughline.analytics.tracking;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often something has happened in the present minute, in memory that does not grow: 512 kB. Things that share a place are
 * counted together, so a count may be too high, never too low; with 65,536 places that takes tens of thousands a minute.
 */
final class Frequency {

    private static final int PLACES = 1 << 16;
    private static final int COUNT_BITS = 24;
    private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

    /** Minute and count of each place in one number. */
    private final AtomicLongArray places = new AtomicLongArray(PLACES);

    /** Counts one more. */
    long of(Object thing, long minute) {
        int hash = thing.hashCode() * 0x9E3779B9;
        return places.updateAndGet(hash >>> 16, stored -> {
                    boolean present = stored >>> COUNT_BITS == minute;
                    return present && (stored & COUNT_MASK) < COUNT_MASK
                            ? stored + 1
                            : present ? stored : minute << COUNT_BITS | 1;
                })
                & COUNT_MASK;
    }
}
