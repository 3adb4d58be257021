package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Where a locked enrollment stands. Each transition answers the new standing, or the same one when the event is old or comes
 * too late: so events may be repeated and reordered.
 *
 * @param step last step sent
 * @param dueAt when the next is to be planned; null: awaiting a send, or nothing more to do
 * @param reason of the last change of status; null: none was given
 */
record Standing(
        UUID id, UUID tenantId, UUID instanceId, EnrollmentStatus status, int step, Instant dueAt, String reason) {

    boolean live() {
        return EnrollmentStatus.LIVE.contains(status);
    }

    /** The next step's message is recorded; now its sending is awaited. */
    Standing planned() {
        EnrollmentStatus next = status == EnrollmentStatus.PENDING ? EnrollmentStatus.ACTIVE : status;
        return new Standing(id, tenantId, instanceId, next, step, null, null);
    }

    /** @param delays of the instance's steps by number; a step that is not among them is none of ours */
    Standing sent(int sentStep, Instant at, Map<Integer, Duration> delays) {
        if (sentStep <= step || !delays.containsKey(sentStep)) {
            return this;
        }
        Duration nextDelay = delays.get(sentStep + 1);
        if (!live()) {
            return new Standing(id, tenantId, instanceId, status, sentStep, null, reason);
        }
        if (nextDelay == null) {
            return new Standing(id, tenantId, instanceId, EnrollmentStatus.COMPLETED, sentStep, null, "last_step_sent");
        }
        EnrollmentStatus next = status == EnrollmentStatus.PENDING ? EnrollmentStatus.ACTIVE : status;
        return new Standing(id, tenantId, instanceId, next, sentStep, at.plus(nextDelay), null);
    }

    /** Nothing more will be sent. */
    Standing ended(EnrollmentStatus as, String why) {
        return as.enteredFrom().contains(status) ? new Standing(id, tenantId, instanceId, as, step, null, why) : this;
    }
}
