package io.throughline.jobs.queue;

import java.time.Duration;

/**
 * A kind of job: one class, one record of parameters. Delivered at least once, so what {@link #run} does must bear
 * being done again from the last checkpoint; the job's id is the key to make it so.
 *
 * @param <P> record read from the job's {@code parameters}; its compact constructor refuses what is unacceptable with
 *     an {@link IllegalArgumentException} whose message names the reason
 */
public interface JobType<P> {

    /** As clients write it: lower-case with underscores. */
    String name();

    Class<P> parameters();

    /**
     * Runs on a virtual thread of its own.
     *
     * @throws JobFailure to fail with a code, for good or until the next attempt; any other exception is retried
     */
    Outcome run(Work<P> work) throws Exception;

    /** How many of this type one worker runs at a time, unless {@code throughline.jobs.concurrency.<name>} says so. */
    default int concurrency() {
        return 3;
    }

    /** After which a run is stopped and counts as failed with {@code time_limit_exceeded}, unless the job says otherwise. */
    default Duration timeLimit() {
        return Duration.ofHours(1);
    }

    /** Whether clients may ask for it by {@code POST /api/jobs}; false for what begins with a file or an event. */
    default boolean requestable() {
        return true;
    }
}
