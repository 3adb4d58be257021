package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.sequence.SequenceStore.Due;
import io.throughline.events.enrollment.OutreachMessage;
import java.time.Instant;

/** What is to be done about a due step. */
sealed interface Decision {

    Due due();

    /** Where the enrollment then stands. */
    Standing standing();

    record Send(Due due, Step step, OutreachMessage message) implements Decision {
        @Override
        public Standing standing() {
            return due.standing().planned();
        }
    }

    record Skip(Due due, Step step, String reason) implements Decision {
        @Override
        public Standing standing() {
            return due.standing().skipped(due.now(), step.nextDelay());
        }
    }

    /** Whoever must not be written to gets this step no more than those after it. */
    record Suppress(Due due, Step step, EnrollmentStatus status) implements Decision {
        @Override
        public Standing standing() {
            return due.standing().planned().ended(status, "suppressed");
        }
    }

    record Wait(Due due, Instant until) implements Decision {
        @Override
        public Standing standing() {
            return due.standing().waiting(until);
        }
    }

    record End(Due due, EnrollmentStatus status, String reason) implements Decision {
        @Override
        public Standing standing() {
            return due.standing().ended(status, reason);
        }
    }
}
