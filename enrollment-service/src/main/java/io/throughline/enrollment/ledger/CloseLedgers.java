package io.throughline.enrollment.ledger;

import io.throughline.events.Topics;
import io.throughline.events.enrollment.InstanceLedgerChanged;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Ends the enrollments of instances that are over, then notices which ledgers closed or opened again. A pass is a few index
 * probes for each instance that is not over and closed; any number of replicas may make one.
 */
@Singleton
public class CloseLedgers {

    /** Enrollments per transaction: about 50 ms. */
    private static final int CHUNK = 1_000;

    /** Each by an index of its own; the status is in the text so that the partial ones apply. */
    private static final List<String> LIVE =
            List.of("status = 'pending' AND due_at IS NOT NULL", "status = 'active'", "status = 'paused'");

    /** For an hour even when it is closed: a bulk enrollment that began before the instance was over may still be at work. */
    private static final String END = """
            WITH ending AS MATERIALIZED (
                SELECT live.id, instance.status AS instance_status FROM
                    (SELECT id, tenant_id, status FROM instance_copy
                     WHERE status IN ('completed', 'archived')
                       AND (ledger_closed_at IS NULL OR seen_at > now() - interval '1 hour')) AS instance
                    CROSS JOIN LATERAL
                    (SELECT id FROM enrollment
                     WHERE tenant_id = instance.tenant_id AND instance_id = instance.id AND %s
                     LIMIT ? FOR UPDATE SKIP LOCKED) AS live
                LIMIT ?
            ), ended AS (
                UPDATE enrollment
                SET status = 'completed', due_at = NULL, end_reason = 'instance_' || instance_status,
                    version = version + 1, updated_at = now()
                FROM ending WHERE enrollment.id = ending.id
                RETURNING enrollment.*
            )
            INSERT INTO outbox (topic, key, type, tenant_id, trace_parent, payload)
            SELECT 'enrollment.changes.v1', id::text, 'io.throughline.enrollment.changed', tenant_id, ?,
                   enrollment_changed(id, instance_id, contact_id, status, version, end_reason)
            FROM ended
            """;

    /** Subselects with a limit: an EXISTS could be hashed, and that would read all there is. */
    private static final String CLOSE = """
            WITH standing AS MATERIALIZED (
                SELECT id,
                    (SELECT true FROM message WHERE instance_id = instance.id AND status = 'planned' LIMIT 1) IS NOT NULL
                    OR (SELECT true FROM enrollment WHERE instance_id = instance.id
                        AND status IN ('pending', 'active') AND due_at IS NOT NULL AND waits_for IS NULL LIMIT 1) IS NOT NULL
                    OR (SELECT true FROM enrollment WHERE instance_id = instance.id AND waits_for IS NOT NULL LIMIT 1)
                        IS NOT NULL
                    OR (SELECT true FROM enrollment
                        WHERE tenant_id = instance.tenant_id AND instance_id = instance.id
                          AND status = 'paused' AND (due_at IS NOT NULL OR instance.over) LIMIT 1) IS NOT NULL
                    OR over AND (SELECT true FROM enrollment
                        WHERE tenant_id = instance.tenant_id AND instance_id = instance.id
                          AND status = 'active' LIMIT 1) IS NOT NULL
                    OR NOT over AND (SELECT true FROM enrollment
                        WHERE tenant_id = instance.tenant_id AND instance_id = instance.id LIMIT 1) IS NULL
                    AS open
                FROM (SELECT id, tenant_id, status IN ('completed', 'archived') AS over FROM instance_copy
                      WHERE status IN ('active', 'paused')
                         OR status IN ('completed', 'archived') AND ledger_closed_at IS NULL) AS instance
            )
            UPDATE instance_copy
            SET ledger_version = ledger_version + 1, ledger_closed_at = CASE WHEN open THEN NULL ELSE now() END
            FROM standing
            WHERE instance_copy.id = standing.id AND open = (ledger_closed_at IS NOT NULL)
            RETURNING instance_copy.id, tenant_id, ledger_version, open, now() AS at
            """;

    private final Sql sql;
    private final Outbox outbox;

    CloseLedgers(Sql sql, Outbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    /**
     * Not to the end, so that whoever runs it comes to other things in between.
     *
     * @return whether there are more enrollments to end
     */
    public boolean run() {
        int most = LIVE.stream().mapToInt(this::end).max().orElse(0);
        close();
        return most == CHUNK;
    }

    private void close() {
        sql.inTransaction(() -> outbox.publish(sql.list(
                CLOSE,
                row -> OutboundEvent.of(
                        Topics.INSTANCE_LEDGERS,
                        row.uuid("id"),
                        InstanceLedgerChanged.TYPE,
                        row.uuid("tenant_id"),
                        new InstanceLedgerChanged(
                                row.uuid("id"), row.number("ledger_version"), !row.flag("open"), row.instant("at"))))));
    }

    private int end(String live) {
        return sql.inTransaction(() -> {
            int ended = sql.update(END.formatted(live), CHUNK, CHUNK, TraceParent.current());
            if (ended > 0) {
                outbox.wakeRelay();
            }
            return ended;
        });
    }
}
