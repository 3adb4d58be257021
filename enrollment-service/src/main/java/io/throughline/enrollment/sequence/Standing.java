package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.step.Reactions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Where a locked enrollment stands. Each transition answers the new standing, or the same one when the event is old or comes
 * too late: so events may be repeated and reordered.
 *
 * @param step last step sent
 * @param plannedStep last step that has its message, sent or not; each before it has one, too
 * @param dueAt when the next is to be planned; null: awaiting a send, or nothing more to do
 * @param reason of the last change of status; null: none was given
 */
record Standing(
        UUID id,
        UUID tenantId,
        UUID instanceId,
        EnrollmentStatus status,
        int step,
        int plannedStep,
        Instant dueAt,
        Reactions reactions,
        String reason) {

    boolean live() {
        return EnrollmentStatus.LIVE.contains(status);
    }

    int nextStep() {
        return plannedStep + 1;
    }

    /** The next step's message is recorded; now its sending is awaited. */
    Standing planned() {
        return moved(begun(), step, nextStep(), null, null);
    }

    /** The next step is not due before. */
    Standing waiting(Instant until) {
        return moved(status, step, plannedStep, until, null);
    }

    /** The next step is passed over. @param nextDelay of the step after it; null: there is none */
    Standing skipped(Instant at, Duration nextDelay) {
        return nextDelay == null
                ? moved(EnrollmentStatus.COMPLETED, step, nextStep(), null, "last_step_skipped")
                : moved(begun(), step, nextStep(), at.plus(nextDelay), null);
    }

    /** The sender left a planned step out. @param delays of the instance's steps by number */
    Standing leftOut(int skippedStep, Instant at, Map<Integer, Duration> delays) {
        if (skippedStep != plannedStep || step >= skippedStep || dueAt != null || !live()) {
            return this;
        }
        Duration nextDelay = delays.get(skippedStep + 1);
        return nextDelay == null
                ? moved(EnrollmentStatus.COMPLETED, step, plannedStep, null, "last_step_skipped")
                : moved(status, step, plannedStep, at.plus(nextDelay), null);
    }

    /** @param delays of the instance's steps by number; a step that is not among them is none of ours */
    Standing sent(int sentStep, Instant at, Map<Integer, Duration> delays) {
        if (sentStep <= step || !delays.containsKey(sentStep)) {
            return this;
        }
        Duration nextDelay = delays.get(sentStep + 1);
        int furthest = Math.max(plannedStep, sentStep);
        if (!live()) {
            return moved(status, sentStep, furthest, null, reason);
        }
        if (sentStep < plannedStep) {
            return moved(status, sentStep, plannedStep, dueAt, null);
        }
        if (nextDelay == null) {
            return moved(EnrollmentStatus.COMPLETED, sentStep, furthest, null, "last_step_sent");
        }
        return moved(begun(), sentStep, furthest, at.plus(nextDelay), null);
    }

    /** Nothing more will be sent. */
    Standing ended(EnrollmentStatus as, String why) {
        return as.enteredFrom().contains(status) ? moved(as, step, plannedStep, null, why) : this;
    }

    /** Only conditions of steps to come ask for it. */
    Standing reacted(Reactions.Kind kind, int toStep) {
        return live()
                ? new Standing(
                        id,
                        tenantId,
                        instanceId,
                        status,
                        step,
                        plannedStep,
                        dueAt,
                        reactions.with(kind, toStep),
                        reason)
                : this;
    }

    private EnrollmentStatus begun() {
        return status == EnrollmentStatus.PENDING ? EnrollmentStatus.ACTIVE : status;
    }

    private Standing moved(EnrollmentStatus as, int sent, int furthest, Instant due, String why) {
        return new Standing(id, tenantId, instanceId, as, sent, furthest, due, reactions, why);
    }
}
