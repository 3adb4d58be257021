package io.throughline.jobs.push;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/** A place in the order of {@code job_event}: everything up to and including (xid, id). */
record Position(long xid, long id) implements Comparable<Position> {

    private static final Comparator<Position> ORDER =
            Comparator.comparingLong(Position::xid).thenComparingLong(Position::id);

    /** Behind every event of transactions before this one. */
    static Position before(long xid) {
        return new Position(xid - 1, Long.MAX_VALUE);
    }

    boolean isAfter(Position other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    /**
     * What was committed at some moment, as PostgreSQL writes it: {@code xmin:xmax:running,running}.
     *
     * @see <a href="https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-PG-SNAPSHOT">pg_snapshot</a>
     */
    record Snapshot(long xmin, long xmax, Set<Long> running) {

        /** Sees nothing, so everything is new to it. */
        static final Snapshot NOTHING = new Snapshot(0, 0, Set.of());

        static Snapshot parse(String text) {
            String[] parts = text.split(":", -1);
            Set<Long> running = new HashSet<>();
            for (String xid : parts[2].split(",")) {
                if (!xid.isEmpty()) {
                    running.add(Long.parseLong(xid));
                }
            }
            return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
        }

        boolean sees(long xid) {
            return xid < xmin || (xid < xmax && !running.contains(xid));
        }
    }
}
