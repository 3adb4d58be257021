package io.throughline.jobs.outside;

import java.time.Duration;

/** A call that brought no answer. Messages name no address and no parameter: they are shown and logged. */
public abstract sealed class OutsideFailure extends RuntimeException {

    private OutsideFailure(String message) {
        super(message);
    }

    /** Nothing was sent: the quota is used up, the provider asked for a pause, or it has been failing. */
    public static final class Later extends OutsideFailure {

        private final Duration wait;

        Later(String reason, Duration wait) {
            super(reason);
            this.wait = wait;
        }

        /** After which it is worth asking again. */
        public Duration after() {
            return wait;
        }
    }

    /** No connection, no answer in time, 5xx, 429: another attempt may fare better. */
    public static final class Unavailable extends OutsideFailure {

        private final Reach reach;

        Unavailable(String reason, Reach reach) {
            super(reason);
            this.reach = reach;
        }

        public Reach reach() {
            return reach;
        }
    }

    /** How far a call came that was not answered as it should be. */
    public enum Reach {
        /** There was no connection: nothing was heard. */
        NOT_CONNECTED,
        /** It may have been heard. */
        UNANSWERED,
        /** With a status that says: not now. */
        ANSWERED
    }

    /** The provider's answer is no, or nothing we take; another attempt would end the same way. */
    public static final class Refused extends OutsideFailure {
        Refused(String reason) {
            super(reason);
        }
    }
}
