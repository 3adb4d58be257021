package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.sequence.SequenceStore.Due;
import io.throughline.enrollment.sequence.SequenceStore.StepKey;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides about one batch of due steps: claim, steps, messages with their events, standings with theirs; four statements and a
 * wake-up in one transaction, however many steps; two more where senders have a limit per day.
 */
@Singleton
class PlanDueSteps {

    private final Sql sql;
    private final SequenceStore sequence;
    private final StandingStore standings;
    private final DailyLimits limits;
    private final Outbox outbox;

    PlanDueSteps(Sql sql, SequenceStore sequence, StandingStore standings, DailyLimits limits, Outbox outbox) {
        this.sql = sql;
        this.sequence = sequence;
        this.standings = standings;
        this.limits = limits;
        this.outbox = outbox;
    }

    /** @return how many were due, at most {@code limit} */
    int run(int limit) {
        return sql.inTransaction(() -> {
            List<Due> claimed = sequence.claim(limit);
            if (!claimed.isEmpty()) {
                TraceParent.begin(null);
                plan(claimed);
                outbox.wakeRelay();
            }
            return claimed.size();
        });
    }

    private void plan(List<Due> claimed) {
        Map<StepKey, Step> steps =
                sequence.steps(claimed.stream().map(Due::nextStep).toList());
        List<Decision> decisions = limits.keep(claimed.stream()
                .map(due -> decide(due, steps.get(due.nextStep())))
                .toList());
        sequence.record(decisions);
        standings.move(decisions.stream().map(Decision::standing).toList());
    }

    /** What ends goes first, then what can only wait; a condition is looked at when the step could be sent, not before. */
    private static Decision decide(Due due, Step step) {
        if (step == null) {
            return new Decision.End(due, EnrollmentStatus.COMPLETED, "no_more_steps");
        }
        if (due.recipient().email() == null) {
            return new Decision.End(due, EnrollmentStatus.COMPLETED, "contact_deleted");
        }
        Instant opening = step.window()
                .opening(due.now(), step.window().zone(due.recipient().timeZone()));
        if (opening.isAfter(due.now())) {
            return new Decision.Wait(due, opening);
        }
        Optional<String> skipped = step.skipReason(due.standing().reactions());
        if (skipped.isPresent()) {
            return new Decision.Skip(due, step, skipped.get());
        }
        if (step.wording(due.standing().id(), due.nextStep().number()).isEmpty()) {
            return new Decision.End(due, EnrollmentStatus.FAILED, "unreadable_template");
        }
        return new Decision.Send(due, step);
    }
}
