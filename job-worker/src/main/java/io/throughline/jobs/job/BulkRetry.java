package io.throughline.jobs.job;

import io.throughline.jobs.job.BulkChange.Effect;
import io.throughline.jobs.job.BulkChange.Tally;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Retries every job that matches, as one by one. */
@Singleton
class BulkRetry implements JobType<BulkChange.Parameters> {

    private final BulkChange bulk;
    private final RetryJob again;

    BulkRetry(BulkChange bulk, RetryJob again) {
        this.bulk = bulk;
        this.again = again;
    }

    /** @param skipped because another unfinished job has the same unique key */
    record Result(long retried, long skipped) {}

    @Override
    public String name() {
        return BulkChange.RETRY;
    }

    @Override
    public Class<BulkChange.Parameters> parameters() {
        return BulkChange.Parameters.class;
    }

    /** It begins with {@code POST /api/jobs/retry}, which counts first if wanted. */
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
        Tally tally = bulk.run(work, BulkChange.RETRYABLE, (tenant, id) -> switch (again.retry(tenant, id)) {
            case RetryJob.Outcome.Again retried -> Effect.CHANGED;
            case RetryJob.Outcome.KeyTaken() -> Effect.SKIPPED;
            case RetryJob.Outcome.NotRetryable() -> Effect.GONE;
        });
        return new Outcome.Completed(new Result(tally.changed(), tally.skipped()));
    }
}
