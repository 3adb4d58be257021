package io.throughline.jobs.job;

import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.JobStore;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlFailure;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/** Puts a failed or cancelled job into the queue again, in a transaction with what features do about it. */
@Singleton
class RetryJob {

    private static final String UNIQUE_VIOLATION = "23505";

    private final JobStore jobs;
    private final Sql sql;
    private final Event<JobRetried> retried;

    RetryJob(JobStore jobs, Sql sql, Event<JobRetried> retried) {
        this.jobs = jobs;
        this.sql = sql;
        this.retried = retried;
    }

    sealed interface Outcome {
        record Again(JobView job) implements Outcome {}

        /** It neither failed nor was cancelled, or there is none. */
        record NotRetryable() implements Outcome {}

        /** Another unfinished job has its unique key. */
        record KeyTaken() implements Outcome {}
    }

    Outcome retry(UUID tenantId, UUID id) {
        try {
            return sql.inTransaction(() -> {
                Optional<JobView> job = jobs.retry(tenantId, id);
                job.ifPresent(again -> retried.fire(new JobRetried(tenantId, id, again.type())));
                return job.<Outcome>map(Outcome.Again::new).orElseGet(Outcome.NotRetryable::new);
            });
        } catch (SqlFailure e) {
            if (e.state().equals(UNIQUE_VIOLATION)) {
                return new Outcome.KeyTaken();
            }
            throw e;
        }
    }
}
