package io.throughline.enrollment.instance;

import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.events.campaign.InstanceSnapshot.Rules;
import io.throughline.events.campaign.Tracking;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Rows of {@code instance_copy} and {@code instance_step}: two statements for any number of snapshots. */
@Singleton
class InstanceCopyStore {

    private final Sql sql;
    private final Json json;
    private final Event<InstancesChanged> changes;

    InstanceCopyStore(Sql sql, Json json, Event<InstancesChanged> changes) {
        this.sql = sql;
        this.json = json;
        this.changes = changes;
    }

    /** A snapshot and whose it is. */
    record Owned(UUID tenantId, InstanceSnapshot snapshot) {}

    private record OwnedStep(UUID tenantId, UUID instanceId, InstanceSnapshot.Step step) {}

    Optional<InstanceCopy> find(UUID tenantId, UUID id) {
        return sql.first(
                "SELECT id, status, reentry = 'after_end' AS reentry FROM instance_copy WHERE tenant_id = ? AND id = ?",
                row -> new InstanceCopy(row.uuid("id"), row.text("status"), row.flag("reentry")),
                tenantId,
                id);
    }

    /** Keeps what is newer than what is stored, whatever the order of arrival. */
    void keep(Collection<Owned> snapshots) {
        Map<UUID, Owned> newest = new HashMap<>();
        snapshots.forEach(each -> newest.merge(
                each.snapshot().instanceId(),
                each,
                (a, b) -> a.snapshot().version() >= b.snapshot().version() ? a : b));
        List<Owned> rows = List.copyOf(newest.values());
        sql.inTransaction(() -> {
            Set<UUID> kept = new HashSet<>(keepInstances(rows));
            keepSteps(rows.stream()
                    .filter(row -> kept.contains(row.snapshot().instanceId()))
                    .flatMap(row -> row.snapshot().steps().stream()
                            .map(step ->
                                    new OwnedStep(row.tenantId(), row.snapshot().instanceId(), step)))
                    .toList());
            if (!kept.isEmpty()) {
                changes.fire(new InstancesChanged());
            }
        });
    }

    private List<UUID> keepInstances(List<Owned> rows) {
        return sql.list(
                """
                INSERT INTO instance_copy AS stored
                       (id, tenant_id, name, sender, status, version, exclusive, reentry, schedule, daily_limit,
                        stop_company_on_reply, activated_at, first_due_at)
                SELECT id, tenant_id, name, sender, status, version, exclusive, reentry, schedule::jsonb, daily_limit,
                       stop_company,
                       CASE WHEN status = 'active' THEN now() END,
                       CASE WHEN status = 'active' THEN now() + first_delay::interval END
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                     AS given(id, tenant_id, name, sender, status, version, exclusive, reentry, first_delay, schedule,
                              daily_limit, stop_company)
                ORDER BY id
                ON CONFLICT (id) DO UPDATE
                SET name = excluded.name, sender = excluded.sender, status = excluded.status,
                    version = excluded.version, exclusive = excluded.exclusive, reentry = excluded.reentry,
                    seen_at = now(), schedule = excluded.schedule,
                    daily_limit = excluded.daily_limit, stop_company_on_reply = excluded.stop_company_on_reply,
                    activated_at = coalesce(stored.activated_at, excluded.activated_at),
                    first_due_at = coalesce(stored.first_due_at, excluded.first_due_at)
                WHERE stored.tenant_id = excluded.tenant_id AND stored.version < excluded.version
                RETURNING id
                """,
                row -> row.uuid("id"),
                Sql.column("uuid", rows, row -> row.snapshot().instanceId()),
                Sql.column("uuid", rows, Owned::tenantId),
                Sql.column("text", rows, row -> row.snapshot().name()),
                Sql.column("text", rows, row -> row.snapshot().sender()),
                Sql.column("text", rows, row -> row.snapshot().status()),
                Sql.column("bigint", rows, row -> row.snapshot().version()),
                Sql.column("boolean", rows, row -> rules(row).exclusive()),
                Sql.column("text", rows, row -> rules(row).reentry()),
                Sql.column("text", rows, InstanceCopyStore::firstDelay),
                Sql.column("text", rows, row -> text(row.snapshot().schedule())),
                Sql.column("integer", rows, row -> row.snapshot().dailyLimit()),
                Sql.column("boolean", rows, row -> row.snapshot().stopCompanyOnReply()));
    }

    private static Rules rules(Owned row) {
        return Objects.requireNonNullElse(row.snapshot().rules(), Rules.DEFAULT);
    }

    private static String firstDelay(Owned row) {
        return row.snapshot().steps().stream()
                .filter(step -> step.stepNumber() == 1)
                .map(step -> step.delay().toString())
                .findFirst()
                .orElse("PT0S");
    }

    private void keepSteps(List<OwnedStep> steps) {
        if (steps.isEmpty()) {
            return;
        }
        sql.update(
                """
                INSERT INTO instance_step (instance_id, tenant_id, step_number, channel, delay, subject, body, condition,
                                           variants, html, track_opens, track_clicks)
                SELECT instance_id, tenant_id, step_number, channel, delay::interval, subject, body, condition::jsonb,
                       variants::jsonb, html, track_opens, track_clicks
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                     AS given(instance_id, tenant_id, step_number, channel, delay, subject, body, condition, variants,
                              html, track_opens, track_clicks)
                ON CONFLICT ON CONSTRAINT instance_step_pk DO UPDATE
                SET channel = excluded.channel, delay = excluded.delay, subject = excluded.subject,
                    body = excluded.body, condition = excluded.condition, variants = excluded.variants,
                    html = excluded.html, track_opens = excluded.track_opens, track_clicks = excluded.track_clicks
                """,
                Sql.column("uuid", steps, OwnedStep::instanceId),
                Sql.column("uuid", steps, OwnedStep::tenantId),
                Sql.column("integer", steps, each -> each.step().stepNumber()),
                Sql.column("text", steps, each -> each.step().channel()),
                Sql.column("text", steps, each -> each.step().delay().toString()),
                Sql.column("text", steps, each -> each.step().subject()),
                Sql.column("text", steps, each -> each.step().body()),
                Sql.column("text", steps, each -> text(each.step().condition())),
                Sql.column("text", steps, each -> text(each.step().variants())),
                Sql.column("text", steps, each -> each.step().html()),
                Sql.column("boolean", steps, each -> tracking(each).opens()),
                Sql.column("boolean", steps, each -> tracking(each).clicks()));
    }

    private static Tracking tracking(OwnedStep owned) {
        return owned.step().tracking() == null ? Tracking.ALL : owned.step().tracking();
    }

    private String text(Object value) {
        return value == null ? null : json.text(value);
    }
}
