package io.throughline.enrollment.sequence;

import com.samskivert.mustache.MustacheException;
import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.sequence.SequenceStore.Due;
import io.throughline.enrollment.sequence.SequenceStore.Planned;
import io.throughline.enrollment.sequence.SequenceStore.Step;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns one batch of due steps into messages: claim, steps, who is not written to, messages with their events, standings with
 * theirs; five statements and a wake-up in one transaction, however many steps, and one more when some are skipped.
 */
@Singleton
class PlanDueSteps {

    private final Sql sql;
    private final SequenceStore sequence;
    private final StandingStore standings;
    private final Suppressions suppressions;
    private final Outbox outbox;

    PlanDueSteps(Sql sql, SequenceStore sequence, StandingStore standings, Suppressions suppressions, Outbox outbox) {
        this.sql = sql;
        this.sequence = sequence;
        this.standings = standings;
        this.suppressions = suppressions;
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
        Map<StepKey, Optional<Wording>> wordings = new HashMap<>();
        steps.forEach((key, step) -> wordings.put(key, wording(step)));
        Map<Address, Suppressions.Standing> addresses = suppressions.of(claimed.stream()
                .filter(due -> due.recipient().email() != null)
                .map(PlanDueSteps::address)
                .toList());
        List<Planned> messages = new ArrayList<>();
        List<Planned> skipped = new ArrayList<>();
        List<Standing> moved = new ArrayList<>();
        for (Due due : claimed) {
            Step step = steps.get(due.nextStep());
            if (step == null) {
                moved.add(due.standing().ended(EnrollmentStatus.COMPLETED, "no_more_steps"));
            } else if (due.recipient().email() == null) {
                moved.add(due.standing().ended(EnrollmentStatus.COMPLETED, "contact_deleted"));
            } else if (wordings.get(due.nextStep()).isEmpty()) {
                moved.add(due.standing().ended(EnrollmentStatus.FAILED, "unreadable_template"));
            } else {
                Suppressions.Standing address = addresses.get(address(due));
                Optional<SuppressionReason> suppressed =
                        address.reason().filter(reason -> reason.holdsOn(step.channel()));
                try {
                    Planned message =
                            message(due, step, wordings.get(due.nextStep()).orElseThrow(), address.hash());
                    if (suppressed.isPresent()) {
                        skipped.add(message);
                        moved.add(due.standing().ended(end(suppressed.get()), "suppressed"));
                    } else {
                        messages.add(message);
                        moved.add(due.standing().planned());
                    }
                } catch (Wording.TooLong tooLong) {
                    moved.add(due.standing().ended(EnrollmentStatus.FAILED, "message_too_long"));
                }
            }
        }
        sequence.record(messages);
        sequence.skip(skipped);
        standings.move(moved);
    }

    private static Address address(Due due) {
        return new Address(due.standing().tenantId(), due.recipient().email());
    }

    private static EnrollmentStatus end(SuppressionReason reason) {
        return reason == SuppressionReason.BOUNCED ? EnrollmentStatus.BOUNCED : EnrollmentStatus.UNSUBSCRIBED;
    }

    private static Optional<Wording> wording(Step step) {
        try {
            return Optional.of(Wording.of(step.subject(), step.body(), step.html()));
        } catch (MustacheException unreadable) {
            return Optional.empty();
        }
    }

    private static Planned message(Due due, Step step, Wording wording, String addressHash) {
        Map<String, Object> values = due.recipient().values();
        return new Planned(
                due.standing().tenantId(),
                new OutreachMessage(
                        Ids.next(),
                        due.standing().id(),
                        due.standing().instanceId(),
                        due.recipient().contactId(),
                        step.channel(),
                        due.nextStep().number(),
                        step.sender(),
                        due.recipient().email(),
                        wording.subject(values),
                        wording.body(values),
                        wording.html(values),
                        addressHash,
                        step.tracking()));
    }
}
