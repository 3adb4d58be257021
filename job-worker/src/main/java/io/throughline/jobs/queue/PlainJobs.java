package io.throughline.jobs.queue;

import io.throughline.platform.events.Json;
import io.throughline.platform.sql.BinaryRows;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.inject.Singleton;
import java.util.List;

/** New jobs by {@code COPY}, which finds nothing that is there already: for those that nothing can be there of. */
@Singleton
class PlainJobs {

    private static final String COLUMNS =
            "id, tenant_id, user_id, type, parameters, priority, max_attempts, trace_parent";

    private final Sql sql;
    private final Json json;

    PlainJobs(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /** Whether all are of those: without keys, all due at a time of their own or all at once. */
    static boolean are(List<NewJob> jobs) {
        return jobs.stream().allMatch(PlainJobs::isPlain)
                && jobs.stream().map(job -> job.runAt() == null).distinct().count() == 1;
    }

    private static boolean isPlain(NewJob job) {
        return job.uniqueKey() == null && job.serialKey() == null && job.timeLimit() == null && job.parentId() == null;
    }

    void put(List<NewJob> jobs) {
        boolean timed = jobs.getFirst().runAt() != null;
        String traceParent = TraceParent.current();
        BinaryRows rows = new BinaryRows(timed ? 9 : 8);
        for (NewJob job : jobs) {
            rows.row()
                    .add(job.id())
                    .add(job.tenantId())
                    .add(job.userId())
                    .add(job.type())
                    .addJson(json.text(job.parameters()))
                    .add((short) job.priority().ordinal())
                    .add(job.maxAttempts())
                    .add(traceParent);
            if (timed) {
                rows.add(job.runAt());
            }
        }
        sql.copy("COPY job (" + COLUMNS + (timed ? ", run_at" : "") + ") FROM STDIN (FORMAT binary)", rows);
    }
}
