package io.throughline.jobs.outreach;

/** The server can't be reached, or does not let us in. */
final class Unreachable extends Exception {
    Unreachable(String reason) {
        super(reason);
    }
}
