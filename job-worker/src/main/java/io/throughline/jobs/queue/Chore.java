package io.throughline.jobs.queue;

/** Something a feature removes now and then. Every bean of this type is run once a minute, in one replica. */
public interface Chore {

    /** A bounded batch; what is left waits for the next minute. */
    void run();
}
