package io.throughline.jobs.outreach;

import io.throughline.jobs.queue.Work;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlArray;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The ledger of messages. A chunk of ten mails is three statements, in two commits: proof of the lease and {@code transmitting},
 * then the outcomes together with the events that tell of them.
 */
@Singleton
class MessageStore {

    /** A later run leaves a message to the run that set it transmitting for so long: it may be just finishing it. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final String IS_SUPPRESSED = """
            EXISTS (SELECT FROM suppressed_address AS address WHERE address.tenant_id = outreach_message.tenant_id
                                                                AND address.address_hash = recipient_hash)""";

    private static final String STANDS_STILL = """
            EXISTS (SELECT FROM instance_status AS instance
                    WHERE instance.instance_id = outreach_message.instance_id
                      AND instance.tenant_id = outreach_message.tenant_id AND instance.status <> 'active')""";

    /** Whoever gets what is not a mail knows it by its id, so that it may go again. */
    private static final String LEFT_BEHIND = """
            UPDATE outreach_message AS message
            SET status = fate.status, event = fate.event, detail = coalesce(fate.detail, judged.detail),
                settled_at = CASE WHEN fate.event IS NOT NULL THEN ?::timestamptz END,
                attempt = attempt + (fate.event IS NULL)::int, held = false
            FROM (SELECT message_id,
                         CASE WHEN outreach_message.status = 'transmitting' AND channel = 'email' THEN 'lost'
                              WHEN outreach_message.status = 'transmitting' THEN 'once more'
                              WHEN instance.status IN ('completed', 'archived') THEN 'too late'
                              WHEN channel <> ALL (?) THEN 'nobody''s' ELSE 'suppressed' END AS verdict,
                         CASE WHEN instance.status IN ('completed', 'archived') THEN 'instance_' || instance.status
                              ELSE 'nothing here sends by ' || channel END AS detail
                  FROM outreach_message LEFT JOIN instance_status AS instance USING (instance_id, tenant_id)
                  WHERE job_id = ?
                    AND (outreach_message.status = 'transmitting' AND fence < ? AND due_at <= clock_timestamp()
                         OR outreach_message.status = 'queued'
                            AND (channel <> ALL (?) OR instance.status IN ('completed', 'archived') OR %s))
                  FOR UPDATE OF outreach_message) AS judged
            JOIN (VALUES ('lost', 'unknown', 'unknown', 'its worker stopped while it was on its way'),
                         ('once more', 'queued', NULL, 'its worker stopped while it was on its way'),
                         ('too late', 'rejected', 'skipped', NULL),
                         ('nobody''s', 'rejected', 'failed', NULL),
                         ('suppressed', 'rejected', 'suppressed', 'the address is suppressed'))
                 AS fate(verdict, status, event, detail) USING (verdict)
            WHERE message.message_id = judged.message_id
            RETURNING message.*
            """.formatted(IS_SUPPRESSED);

    private static final String FORGOTTEN = """
            UPDATE outreach_message
            SET status = 'unknown', event = 'unknown', detail = 'its worker stopped while it was on its way', settled_at = ?
            WHERE message_id IN (SELECT message_id FROM outreach_message
                                 WHERE status = 'transmitting' AND due_at < clock_timestamp() - interval '1 hour'
                                 ORDER BY message_id LIMIT 1000 FOR UPDATE SKIP LOCKED)
            RETURNING outreach_message.*
            """;

    private static final String SETTLE = """
            UPDATE outreach_message AS message
            SET status = result.status, event = result.event, bounce = result.bounce, detail = result.detail,
                attempt = attempt + result.counted::int,
                due_at = clock_timestamp() + result.delay * interval '1 millisecond',
                settled_at = result.settled_at
            FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
                 AS result(message_id, status, event, bounce, detail, counted, delay, settled_at)
            WHERE message.message_id = result.message_id AND message.status = 'transmitting'
              AND message.job_id = ? AND message.fence = ?
            RETURNING message.*
            """;

    private static final String STANDING = """
            SELECT count(*) AS total,
                   count(*) FILTER (WHERE status IN ('queued', 'transmitting')) AS undecided,
                   count(*) FILTER (WHERE status = 'queued' AND still) AS held,
                   count(*) FILTER (WHERE status = 'queued' AND NOT still AND due_at <= clock_timestamp()) AS due,
                   coalesce(extract(epoch FROM min(due_at) FILTER (WHERE status = 'transmitting'
                                                                   OR status = 'queued' AND NOT still)
                                               - clock_timestamp()) * 1000, 0)::bigint AS wait,
                   count(*) FILTER (WHERE event = 'sent') AS sent,
                   count(*) FILTER (WHERE event = 'bounced') AS bounced,
                   count(*) FILTER (WHERE event = 'failed') AS failed,
                   count(*) FILTER (WHERE event = 'unknown') AS unknown,
                   count(*) FILTER (WHERE event = 'suppressed') AS suppressed,
                   count(*) FILTER (WHERE event = 'skipped') AS skipped
            FROM (SELECT status, due_at, event, status = 'queued' AND %s AS still FROM outreach_message WHERE job_id = ?)
                 AS message
            """.formatted(STANDS_STILL);

    private static final String BEGIN = """
            UPDATE outreach_message AS message
            SET status = 'transmitting', fence = ?, due_at = clock_timestamp() + ? * interval '1 millisecond'
            FROM (SELECT message_id FROM outreach_message
                  WHERE job_id = ? AND status = 'queued' AND due_at <= clock_timestamp() AND NOT %s AND NOT %s
                  ORDER BY message_id LIMIT ? FOR UPDATE) AS due
            WHERE message.message_id = due.message_id
            RETURNING message.*
            """.formatted(IS_SUPPRESSED, STANDS_STILL);

    private static final String PARK = """
            WITH waiting AS (
                UPDATE outreach_message SET detail = ? WHERE job_id = ? AND status = 'queued' RETURNING created_at
            )
            SELECT coalesce(min(created_at) < clock_timestamp() - ? * interval '1 millisecond', false) AS too_long
            FROM waiting
            """;

    private final Sql sql;
    private final Telling telling;

    MessageStore(Sql sql, Telling telling) {
        this.sql = sql;
        this.telling = telling;
    }

    /**
     * How far a job is.
     *
     * @param undecided queued or transmitting
     * @param held queued while their instance is paused
     * @param due queued, and may be sent now
     * @param waitMillis until another one is due
     */
    record Standing(
            long total,
            long undecided,
            long held,
            long due,
            long waitMillis,
            long sent,
            long bounced,
            long failed,
            long unknown,
            long suppressed,
            long skipped) {}

    /** Decides first what earlier runs left on its way, what nobody here can send, and who is not written to. Three statements. */
    Standing standing(Work<?> work, Set<String> channels, Instant now) {
        return sql.inTransaction(() -> {
            work.holdOrStop();
            SqlArray carried = Sql.array("text", channels);
            sql.list(
                    Telling.of(LEFT_BEHIND),
                    row -> true,
                    now,
                    carried,
                    work.jobId(),
                    work.fence(),
                    carried,
                    TraceParent.current());
            return sql.one(STANDING, MessageStore::standing, work.jobId());
        });
    }

    private static Standing standing(Row row) {
        return new Standing(
                row.number("total"),
                row.number("undecided"),
                row.number("held"),
                row.number("due"),
                row.number("wait"),
                row.number("sent"),
                row.number("bounced"),
                row.number("failed"),
                row.number("unknown"),
                row.number("suppressed"),
                row.number("skipped"));
    }

    /** @param attempt tries so far that came to nothing */
    record Letter(
            UUID messageId,
            UUID tenantId,
            UUID enrollmentId,
            UUID instanceId,
            UUID contactId,
            String channel,
            int stepNumber,
            String variant,
            String sender,
            String recipient,
            String subject,
            String body,
            String html,
            boolean trackOpens,
            boolean trackClicks,
            int attempt) {}

    /** Sets due messages transmitting for this run. When this has returned, and not before, they may be sent. */
    List<Letter> begin(Work<?> work, int limit) {
        return sql.inTransaction(() -> {
            work.holdOrStop();
            return sql.list(BEGIN, MessageStore::letter, work.fence(), GRACE.toMillis(), work.jobId(), limit);
        });
    }

    private static Letter letter(Row row) {
        return new Letter(
                row.uuid("message_id"),
                row.uuid("tenant_id"),
                row.uuid("enrollment_id"),
                row.uuid("instance_id"),
                row.uuid("contact_id"),
                row.text("channel"),
                row.integer("step_number"),
                row.text("variant"),
                row.text("sender"),
                row.text("recipient"),
                row.text("subject"),
                row.text("body"),
                row.text("html"),
                row.flag("track_opens"),
                row.flag("track_clicks"),
                row.integer("attempt"));
    }

    /**
     * What came of a message that was set transmitting.
     *
     * @param event told of it; null: none, it is queued again
     * @param bounce null unless it bounced
     * @param counted whether the try counts
     * @param delay before it is tried again
     * @param settledAt null while undecided
     */
    record Result(
            UUID messageId,
            MessageStatus status,
            String event,
            Bounce bounce,
            String detail,
            boolean counted,
            Duration delay,
            Instant settledAt) {}

    /**
     * Records and tells results, also of a run that was superseded, of messages that are still as that run left them.
     * Can be repeated. How many are decided now.
     */
    long settle(Work<?> work, List<Result> results) {
        return telling.tell(
                Telling.of(SETTLE),
                Sql.column("uuid", results, Result::messageId),
                Sql.column("text", results, result -> result.status().wire()),
                Sql.column("text", results, Result::event),
                Sql.column(
                        "text",
                        results,
                        result ->
                                result.bounce() == null ? null : result.bounce().text()),
                Sql.column("text", results, Result::detail),
                Sql.column("boolean", results, Result::counted),
                Sql.column("bigint", results, result -> result.delay().toMillis()),
                Sql.column("timestamptz", results, Result::settledAt),
                work.jobId(),
                work.fence(),
                TraceParent.current());
    }

    /** Shows why a job's messages are not sent; whether they have waited for too long. */
    boolean park(UUID jobId, String reason, Duration tooLong) {
        return sql.one(PARK, row -> row.flag("too_long"), reason, jobId, tooLong.toMillis());
    }

    /** On their way for an hour, so nobody's any more, although their job was not run again. How many. */
    long forget(Instant now) {
        return telling.tell(Telling.of(FORGOTTEN), now, TraceParent.current());
    }
}
