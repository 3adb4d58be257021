package io.throughline.enrollment.sequence;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Claims due enrollments and records messages: one statement each, however many. */
@Singleton
class SequenceStore {

    private final Sql sql;
    private final Json json;

    SequenceStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /** A claimed enrollment and whom it is about. @param waitsFor the contact's other enrollment that goes first; or null */
    record Due(Standing standing, Recipient recipient, UUID waitsFor) {

        StepKey nextStep() {
            return new StepKey(standing.instanceId(), standing.step() + 1);
        }
    }

    record StepKey(UUID instanceId, int number) {}

    record Step(String channel, String sender, String subject, String body) {}

    /** A message to be recorded, and the tenant whose it is. */
    record Planned(UUID tenantId, OutreachMessage message) {}

    /**
     * Due enrollments of active instances, locked until the transaction ends and passed over by every other claim. Instances
     * come in random order, so that a large one does not keep the others waiting. Across tenants on purpose.
     */
    List<Due> claim(int limit) {
        return sql.list(
                """
                WITH claimed AS MATERIALIZED (
                    SELECT due.* FROM
                        (SELECT id, tenant_id FROM instance_copy
                         WHERE status = 'active' AND first_due_at <= now() ORDER BY random()) AS instance
                        CROSS JOIN LATERAL
                        (SELECT id, tenant_id, instance_id, contact_id, status, step_number, due_at FROM enrollment
                         WHERE instance_id = instance.id AND tenant_id = instance.tenant_id
                           AND status IN ('pending', 'active') AND due_at <= now() AND waits_for IS NULL
                         ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED) AS due
                    LIMIT ?
                )
                SELECT claimed.*, email, first_name, last_name, company, company_domain,
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
                SELECT instance_id, step_number, channel, sender, subject, body
                FROM instance_step JOIN instance_copy ON instance_copy.id = instance_id
                WHERE (instance_id, step_number) IN (SELECT * FROM unnest(?, ?))
                """,
                row -> steps.put(
                        new StepKey(row.uuid("instance_id"), row.integer("step_number")),
                        new Step(row.text("channel"), row.text("sender"), row.text("subject"), row.text("body"))),
                Sql.column("uuid", distinct, StepKey::instanceId),
                Sql.column("integer", distinct, StepKey::number));
        return steps;
    }

    /** Records the intent to send and, with it, the event; a step that has a message already gets no second one. */
    void record(Collection<Planned> planned) {
        if (planned.isEmpty()) {
            return;
        }
        sql.update(
                """
                WITH given AS (
                    SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY
                        AS given(id, tenant_id, enrollment_id, step_number, channel, subject, payload, place)
                ), recorded AS (
                    INSERT INTO message (id, tenant_id, enrollment_id, step_number, channel, subject)
                    SELECT id, tenant_id, enrollment_id, step_number, channel, subject FROM given
                    ON CONFLICT ON CONSTRAINT message_is_one_per_step DO NOTHING
                    RETURNING id
                )
                INSERT INTO outbox (event_id, topic, key, type, tenant_id, trace_parent, payload)
                SELECT id::text, ?, enrollment_id::text, ?, tenant_id, ?, payload
                FROM given JOIN recorded USING (id) ORDER BY place
                """,
                Sql.column("uuid", planned, each -> each.message().messageId()),
                Sql.column("uuid", planned, Planned::tenantId),
                Sql.column("uuid", planned, each -> each.message().enrollmentId()),
                Sql.column("integer", planned, each -> each.message().stepNumber()),
                Sql.column("text", planned, each -> each.message().channel()),
                Sql.column("text", planned, each -> each.message().subject()),
                Sql.column("text", planned, each -> json.text(each.message())),
                Topics.OUTREACH_MESSAGES,
                OutreachMessage.TYPE,
                TraceParent.current());
    }
}
