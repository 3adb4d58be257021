package io.throughline.local.bench;

import java.sql.SQLException;
import java.time.Duration;

/** A job queue on PostgreSQL, put through the same four tasks. Its jobs do nothing. */
interface MeasuredQueue extends AutoCloseable {

    /** Puts jobs into the queue that are not begun before {@link #burnDown}. How long it took. */
    Duration enqueueAll(int jobs) throws Exception;

    /**
     * Does the jobs that {@link #enqueueAll} put there, for {@code atMost} that time.
     *
     * @return jobs done, a second
     */
    double burnDown(int jobs, Duration atMost) throws Exception;

    /** Puts in one job, on the caller's thread, to be begun at once. */
    void enqueue() throws Exception;

    /** From the call of {@link #enqueue} to the start of the job, for all calls since the last time, once they are done. */
    Latencies startLatencies(int jobs) throws Exception;

    @Override
    void close() throws SQLException;
}
