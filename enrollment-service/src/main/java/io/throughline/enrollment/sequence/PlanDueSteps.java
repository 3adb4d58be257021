package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.sequence.SequenceStore.Due;
import io.throughline.enrollment.sequence.SequenceStore.StepKey;
import io.throughline.enrollment.suppression.SuppressionReason;
import io.throughline.enrollment.suppression.Suppressions;
import io.throughline.enrollment.suppression.Suppressions.Address;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Decides about one batch of due steps: claim, steps, who is not written to, messages with their events, standings with
 * theirs; five statements and a wake-up in one transaction, however many steps; two more where senders have a limit per
 * day, one where contacts are in another sequence.
 */
@Singleton
class PlanDueSteps {

    private final Sql sql;
    private final SequenceStore sequence;
    private final StandingStore standings;
    private final Suppressions suppressions;
    private final DailyLimits limits;
    private final Outbox outbox;

    PlanDueSteps(
            Sql sql,
            SequenceStore sequence,
            StandingStore standings,
            Suppressions suppressions,
            DailyLimits limits,
            Outbox outbox) {
        this.sql = sql;
        this.sequence = sequence;
        this.standings = standings;
        this.suppressions = suppressions;
        this.limits = limits;
        this.outbox = outbox;
    }

    /** @return how many were due, at most {@code limit} */
    int run(int limit) {
        return sql.inTransaction(() -> {
            List<Due> claimed = sequence.claim(limit);
            if (!claimed.isEmpty()) {
                TraceParent.begin(null);
                Map<Boolean, List<Due>> waiting =
                        claimed.stream().collect(Collectors.partitioningBy(due -> due.waitsFor() != null));
                sequence.hold(waiting.get(true));
                plan(waiting.get(false));
                outbox.wakeRelay();
            }
            return claimed.size();
        });
    }

    private void plan(List<Due> claimed) {
        if (claimed.isEmpty()) {
            return;
        }
        Map<StepKey, Step> steps =
                sequence.steps(claimed.stream().map(Due::nextStep).toList());
        Map<Address, Suppressions.Standing> addresses = suppressions.of(claimed.stream()
                .filter(due -> due.recipient().email() != null)
                .map(PlanDueSteps::address)
                .toList());
        List<Decision> decisions = limits.keep(claimed.stream()
                .map(due -> decide(due, steps.get(due.nextStep()), addresses))
                .toList());
        sequence.record(decisions);
        standings.move(decisions.stream().map(Decision::standing).toList());
    }

    /** What ends goes first, then what can only wait; a condition is looked at when the step could be sent, not before. */
    private static Decision decide(Due due, Step step, Map<Address, Suppressions.Standing> addresses) {
        if (step == null) {
            return new Decision.End(due, EnrollmentStatus.COMPLETED, "no_more_steps");
        }
        if (due.recipient().email() == null) {
            return new Decision.End(due, EnrollmentStatus.COMPLETED, "contact_deleted");
        }
        Suppressions.Standing address = addresses.get(address(due));
        Optional<SuppressionReason> suppressed = address.reason().filter(reason -> reason.holdsOn(step.channel()));
        if (suppressed.isPresent()) {
            return new Decision.Suppress(due, step, end(suppressed.get()));
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
        Optional<Wording> wording =
                step.wording(due.standing().id(), due.nextStep().number());
        if (wording.isEmpty()) {
            return new Decision.End(due, EnrollmentStatus.FAILED, "unreadable_template");
        }
        try {
            return new Decision.Send(due, step, message(due, step, wording.get(), listedAs(address)));
        } catch (Wording.TooLong tooLong) {
            return new Decision.End(due, EnrollmentStatus.FAILED, "message_too_long");
        }
    }

    /** None for an address that is on the list for a reason which does not hold on the step's channel. */
    private static String listedAs(Suppressions.Standing address) {
        return address.reason().isPresent() ? null : address.hash();
    }

    private static Address address(Due due) {
        return new Address(due.standing().tenantId(), due.recipient().email());
    }

    private static EnrollmentStatus end(SuppressionReason reason) {
        return reason == SuppressionReason.BOUNCED ? EnrollmentStatus.BOUNCED : EnrollmentStatus.UNSUBSCRIBED;
    }

    private static OutreachMessage message(Due due, Step step, Wording wording, String addressHash) {
        UUID enrollment = due.standing().id();
        int number = due.nextStep().number();
        Map<String, Object> values = due.recipient().values();
        return new OutreachMessage(
                Ids.next(),
                enrollment,
                due.standing().instanceId(),
                due.recipient().contactId(),
                step.channel(),
                number,
                step.sender().mailbox(),
                due.recipient().email(),
                wording.subject(values),
                wording.body(values),
                wording.html(values),
                addressHash,
                step.tracking(),
                step.variant(enrollment, number).name());
    }
}
