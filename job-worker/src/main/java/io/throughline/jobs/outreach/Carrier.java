package io.throughline.jobs.outreach;

import io.throughline.jobs.outreach.MessageStore.Letter;
import java.time.Duration;
import java.util.Set;

/** A way for messages to leave: by the mail server, or to the endpoint of a channel. */
interface Carrier {

    /** Of which it takes messages now; those of others fail. */
    Set<String> channels();

    /** Waits for a line to be free. */
    Line borrow() throws InterruptedException, Unreachable;

    Terms terms();

    /**
     * How long one waits for whom.
     *
     * @param unavailable code of a job that has waited in vain
     * @param tries of a message that is put off
     * @param deferral before the second try; doubles with each
     * @param patience of a run with a server that is away
     * @param absence of the job after that
     * @param giveUp after which people are asked
     */
    record Terms(
            String unavailable, int tries, Duration deferral, Duration patience, Duration absence, Duration giveUp) {}

    /** For the messages of a chunk; closing gives it back. */
    interface Line extends AutoCloseable {

        /** False: the rest of the chunk is not for this line. */
        boolean usable();

        /** Before each message. */
        void awaitTurn() throws InterruptedException;

        Delivery send(Letter letter) throws InterruptedException;

        @Override
        void close();
    }
}
