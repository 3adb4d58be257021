package io.throughline.enrollment.sequence;

import com.samskivert.mustache.MustacheException;
import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.sequence.SequenceStore.Due;
import io.throughline.enrollment.sequence.SequenceStore.Planned;
import io.throughline.enrollment.sequence.SequenceStore.Step;
import io.throughline.enrollment.sequence.SequenceStore.StepKey;
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
import java.util.stream.Collectors;

/**
 * Turns one batch of due steps into messages: claim, steps, messages with their events, standings with theirs; four
 * statements and a wake-up in one transaction, however many steps; one more when contacts are in another sequence.
 */
@Singleton
class PlanDueSteps {

    private final Sql sql;
    private final SequenceStore sequence;
    private final StandingStore standings;
    private final Outbox outbox;

    PlanDueSteps(Sql sql, SequenceStore sequence, StandingStore standings, Outbox outbox) {
        this.sql = sql;
        this.sequence = sequence;
        this.standings = standings;
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
        Map<StepKey, Optional<Wording>> wordings = new HashMap<>();
        steps.forEach((key, step) -> wordings.put(key, wording(step)));
        List<Planned> messages = new ArrayList<>();
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
                messages.add(message(due, step, wordings.get(due.nextStep()).orElseThrow()));
                moved.add(due.standing().planned());
            }
        }
        sequence.record(messages);
        standings.move(moved);
    }

    private static Optional<Wording> wording(Step step) {
        try {
            return Optional.of(Wording.of(step.subject(), step.body()));
        } catch (MustacheException unreadable) {
            return Optional.empty();
        }
    }

    private static Planned message(Due due, Step step, Wording wording) {
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
                        wording.body(values)));
    }
}
