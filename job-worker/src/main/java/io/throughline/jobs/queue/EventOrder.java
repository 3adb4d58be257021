package io.throughline.jobs.queue;

/** SQL that reads {@code job_event} in its order, (xid, id), below the oldest running transaction. */
public final class EventOrder {

    /**
     * {@code name AS (…)}, for the {@code WITH} of a statement with {@link #next}. Three parameters: the place after which to
     * read, xid (as text) and id, and how many events at most.
     */
    public static final String ASKED =
            "asked AS MATERIALIZED (SELECT ?::xid8 AS xid, ?::bigint AS id, ?::integer AS most)";

    private EventOrder() {}

    /**
     * A query: the next events, in order. Of the batches behind the place it opens as many as are needed, however many there
     * are.
     *
     * @param condition on {@code job_event_batch}
     */
    public static String next(String condition) {
        return """
                SELECT batch.id + place - 1 AS id, batch.xid, batch.tenant_id, one.job_id, batch.type, batch.job,
                       batch.created_at
                FROM (
                    SELECT page.*, sum(events) OVER (ORDER BY xid, id) - events AS before FROM (
                        SELECT * FROM job_event_batch
                        WHERE (xid, id) >= ((SELECT xid FROM asked), (SELECT job_event_batch_of(id) FROM asked))
                          AND xid < pg_snapshot_xmin(pg_current_snapshot()) AND %s
                        ORDER BY xid, id LIMIT (SELECT most + 1 FROM asked)) AS page) AS batch
                CROSS JOIN LATERAL unnest(batch.job_ids) WITH ORDINALITY AS one(job_id, place)
                WHERE before < (SELECT most + 1024 FROM asked) -- the first may have been read, all but its last
                  AND (batch.xid, batch.id + place - 1) > ((SELECT xid FROM asked), (SELECT id FROM asked))
                ORDER BY batch.xid, batch.id, place LIMIT (SELECT most FROM asked)""".formatted(condition);
    }
}
