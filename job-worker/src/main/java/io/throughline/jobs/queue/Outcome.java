package io.throughline.jobs.queue;

/** How a run came to a good end. */
public sealed interface Outcome {

    /** @param result serialised to a JSON object */
    record Completed(Object result) implements Outcome {}

    /** Nothing is left to do in this process: the job was detached and somebody else's event completes it. */
    record Detached() implements Outcome {}
}
