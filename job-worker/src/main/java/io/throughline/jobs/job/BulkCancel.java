package io.throughline.jobs.job;

import io.throughline.jobs.job.BulkChange.Effect;
import io.throughline.jobs.job.BulkChange.Tally;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Cancels every job that matches, as one by one. */
@Singleton
class BulkCancel implements JobType<BulkChange.Parameters> {

    private final BulkChange bulk;
    private final JobStore jobs;

    BulkCancel(BulkChange bulk, JobStore jobs) {
        this.bulk = bulk;
        this.jobs = jobs;
    }

    /** @param cancelled without those that went with a job that waited for them, before their own turn */
    record Result(long cancelled) {}

    @Override
    public String name() {
        return BulkChange.CANCEL;
    }

    @Override
    public Class<BulkChange.Parameters> parameters() {
        return BulkChange.Parameters.class;
    }

    /** It begins with {@code POST /api/jobs/cancel}, which counts first if wanted. */
    @Override
    public boolean requestable() {
        return false;
    }

    @Override
    public Duration timeLimit() {
        return Duration.ofHours(12);
    }

    @Override
    public Outcome run(Work<BulkChange.Parameters> work) throws InterruptedException {
        Tally tally = bulk.run(
                work,
                BulkChange.CANCELLABLE,
                (tenant, id) -> jobs.cancel(tenant, id).isPresent() ? Effect.CHANGED : Effect.GONE);
        return new Outcome.Completed(new Result(tally.changed()));
    }
}
