package io.throughline.enrollment.sequence;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.enrollment.sequence.Decision.Send;
import io.throughline.enrollment.sequence.Decision.Skip;
import io.throughline.enrollment.step.SendWindow;
import io.throughline.events.Topics;
import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import io.throughline.events.campaign.InstanceSnapshot.Variant;
import io.throughline.events.campaign.Tracking;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Claims due enrollments and records what is sent and what is not: one statement each, however many. */
@Singleton
class SequenceStore {

    private final Sql sql;
    private final Json json;

    SequenceStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /**
     * A claimed enrollment and whom it is about.
     *
     * @param now by the database's clock
     * @param waitsFor the contact's other enrollment that goes first; or null
     */
    record Due(Standing standing, Recipient recipient, Instant now, UUID waitsFor) {

        StepKey nextStep() {
            return new StepKey(standing.instanceId(), standing.nextStep());
        }
    }

    record StepKey(UUID instanceId, int number) {}

    /** A row of {@code message}. @param sent null: the step is skipped for the reason */
    private record Entry(UUID id, Due due, String channel, String variant, String skipReason, OutreachMessage sent) {}

    /**
     * Due enrollments of active instances, locked until the transaction ends and passed over by every other claim. Instances
     * come in random order, so that a large one does not keep the others waiting. Across tenants on purpose; the tenant is
     * compared outside, because inside the planner would take it for a reason to read the whole instance.
     */
    List<Due> claim(int limit) {
        return sql.list(
                """
                WITH claimed AS MATERIALIZED (
                    SELECT due.* FROM
                        (SELECT id, tenant_id FROM instance_copy
                         WHERE status = 'active' AND first_due_at <= now() ORDER BY random()) AS instance
                        CROSS JOIN LATERAL
                        (SELECT id, tenant_id, instance_id, contact_id, status, step_number, planned_step, due_at,
                                opened_steps, clicked_steps, converted_steps
                         FROM enrollment
                         WHERE instance_id = instance.id
                           AND status IN ('pending', 'active') AND due_at <= now() AND waits_for IS NULL
                         ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED) AS due
                    WHERE due.tenant_id = instance.tenant_id
                    LIMIT ?
                )
                SELECT claimed.*, now() AS now, email, first_name, last_name, company, company_domain,
                       coalesce(attributes, '{}') AS attributes,
                       sequence_to_wait_for(claimed.tenant_id, contact_id, claimed.id, status, instance_id) AS waits_for
                FROM claimed LEFT JOIN contact ON contact.tenant_id = claimed.tenant_id AND contact.id = contact_id
                """,
                row -> new Due(
                        StandingStore.standing(row),
                        new Recipient(
                                row.uuid("contact_id"),
                                row.text("email"),
                                row.text("first_name"),
                                row.text("last_name"),
                                row.text("company"),
                                row.text("company_domain"),
                                json.read(row.text("attributes"), new TypeReference<Map<String, Object>>() {})),
                        row.instant("now"),
                        row.uuid("waits_for")),
                limit,
                limit);
    }

    /**
     * Claimed ones that another enrollment of their contact keeps: claimed again once that has ended. It, and its instance,
     * may do so at this moment: they are held while this is noted, so that whoever ends them finds it; those that somebody
     * else is changing are passed over, and what waits for them is due again at once.
     */
    void hold(Collection<Due> waiting) {
        if (waiting.isEmpty()) {
            return;
        }
        sql.update(
                """
                WITH held AS MATERIALIZED (
                    SELECT waiting.id, other.id AS for_id
                    FROM unnest(?, ?) AS waiting(id, for_id)
                         JOIN enrollment other ON other.id = waiting.for_id
                         JOIN instance_copy its ON its.id = other.instance_id AND its.tenant_id = other.tenant_id
                    WHERE other.status IN ('pending', 'active') AND its.status = 'active' AND its.exclusive
                    FOR SHARE OF other, its SKIP LOCKED
                )
                UPDATE enrollment SET waits_for = held.for_id FROM held WHERE enrollment.id = held.id
                """,
                Sql.column("uuid", waiting, due -> due.standing().id()),
                Sql.column("uuid", waiting, Due::waitsFor));
    }

    Map<StepKey, Step> steps(Collection<StepKey> keys) {
        Map<StepKey, Step> steps = new HashMap<>();
        List<StepKey> distinct = keys.stream().distinct().toList();
        sql.list(
                """
                SELECT step.instance_id, step.step_number, step.channel, step.subject, step.body, step.condition,
                       step.variants, step.html, step.track_opens, step.track_clicks, sender, sender_address, schedule, daily_limit,
                       EXISTS (SELECT FROM instance_copy limited
                               WHERE limited.tenant_id = instance.tenant_id AND limited.daily_limit IS NOT NULL
                                 AND limited.sender_address = instance.sender_address) AS counted,
                       (extract(epoch FROM next.delay) * 1000)::bigint::text AS next_millis
                FROM instance_step step JOIN instance_copy instance ON instance.id = step.instance_id
                LEFT JOIN instance_step next
                       ON next.instance_id = step.instance_id AND next.step_number = step.step_number + 1
                WHERE (step.instance_id, step.step_number) IN (SELECT * FROM unnest(?, ?))
                """,
                row -> steps.put(new StepKey(row.uuid("instance_id"), row.integer("step_number")), step(row)),
                Sql.column("uuid", distinct, StepKey::instanceId),
                Sql.column("integer", distinct, StepKey::number));
        return steps;
    }

    private Step step(Row row) {
        String limit = row.text("daily_limit");
        String schedule = row.text("schedule");
        String condition = row.text("condition");
        String variants = row.text("variants");
        String nextMillis = row.text("next_millis");
        return new Step(
                new Step.Sender(
                        row.text("sender"),
                        row.text("sender_address"),
                        limit == null ? null : Integer.valueOf(limit),
                        row.flag("counted")),
                SendWindow.of(schedule == null ? null : json.read(schedule, Schedule.class)),
                new Step.Rules(
                        row.text("channel"),
                        condition == null ? null : json.read(condition, new TypeReference<Map<String, Object>>() {}),
                        nextMillis == null ? null : Duration.ofMillis(Long.parseLong(nextMillis)),
                        new Tracking(row.flag("track_opens"), row.flag("track_clicks"))),
                variants == null
                        ? List.of(new Variant(null, 1, row.text("subject"), row.text("body"), row.text("html")))
                        : json.read(variants, new TypeReference<List<Variant>>() {}));
    }

    /**
     * Records what is sent, with it the event, and what is skipped; a step that has a message already gets no second one.
     * Decisions to wait or to end leave nothing here.
     */
    void record(Collection<Decision> decisions) {
        List<Entry> entries = new ArrayList<>();
        for (Decision decision : decisions) {
            switch (decision) {
                case Send send -> entries.add(sent(send));
                case Skip(Due due, Step step, String reason) -> entries.add(skipped(due, step, reason));
                case Decision.Suppress suppressed ->
                    entries.add(skipped(suppressed.due(), suppressed.step(), "suppressed"));
                case Decision.Wait _, Decision.End _ -> {}
            }
        }
        if (entries.isEmpty()) {
            return;
        }
        sql.update(
                """
                WITH given AS (
                    SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY
                        AS given(id, tenant_id, enrollment_id, instance_id, step_number, channel, subject, variant,
                                 skip_reason, payload, place)
                ), recorded AS (
                    INSERT INTO message (id, tenant_id, enrollment_id, instance_id, step_number, channel, subject, variant,
                                         status, skip_reason, settled_at)
                    SELECT id, tenant_id, enrollment_id, instance_id, step_number, channel, subject, variant,
                           CASE WHEN skip_reason IS NULL THEN 'planned' ELSE 'skipped' END, skip_reason,
                           CASE WHEN skip_reason IS NOT NULL THEN now() END
                    FROM given
                    ON CONFLICT ON CONSTRAINT message_is_one_per_step DO NOTHING
                    RETURNING id
                )
                INSERT INTO outbox (event_id, topic, key, type, tenant_id, trace_parent, payload)
                SELECT id::text, ?, enrollment_id::text, ?, tenant_id, ?, payload
                FROM given JOIN recorded USING (id) WHERE payload IS NOT NULL ORDER BY place
                """,
                Sql.column("uuid", entries, Entry::id),
                Sql.column("uuid", entries, each -> each.due().standing().tenantId()),
                Sql.column("uuid", entries, each -> each.due().standing().id()),
                Sql.column("uuid", entries, each -> each.due().standing().instanceId()),
                Sql.column("integer", entries, each -> each.due().nextStep().number()),
                Sql.column("text", entries, Entry::channel),
                Sql.column(
                        "text",
                        entries,
                        each -> each.sent() == null ? null : each.sent().subject()),
                Sql.column("text", entries, Entry::variant),
                Sql.column("text", entries, Entry::skipReason),
                Sql.column("text", entries, each -> each.sent() == null ? null : json.text(each.sent())),
                Topics.OUTREACH_MESSAGES,
                OutreachMessage.TYPE,
                TraceParent.current());
    }

    private static Entry skipped(Due due, Step step, String reason) {
        return new Entry(Ids.next(), due, step.channel(), null, reason, null);
    }

    private static Entry sent(Send send) {
        OutreachMessage message = send.message();
        return new Entry(message.messageId(), send.due(), message.channel(), message.variant(), null, message);
    }
}
