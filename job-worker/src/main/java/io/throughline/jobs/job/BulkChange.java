package io.throughline.jobs.job;

import io.throughline.jobs.queue.JobFilter;
import io.throughline.jobs.queue.JobSelection;
import io.throughline.jobs.queue.JobSelection.Among;
import io.throughline.jobs.queue.JobStatus;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.Work;
import io.throughline.platform.sql.SqlFailure;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Does the same with every job that matches, oldest first, as {@code bulk_cancel} and {@code bulk_retry}. Each job is
 * changed in a transaction of its own; 500 are looked at between two checkpoints, so that a run that dies goes on there
 * and its figures are at most those 500 too small.
 */
@Singleton
class BulkChange {

    static final String CANCEL = "bulk_cancel";
    static final String RETRY = "bulk_retry";
    static final List<JobStatus> CANCELLABLE = List.of(JobStatus.PROCESSING, JobStatus.PENDING);
    static final List<JobStatus> RETRYABLE = List.of(JobStatus.FAILED, JobStatus.CANCELLED);

    private static final int LOOKED_AT = 500;
    private static final int TRIES = 4;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final JobSelection selection;
    private final JobStore jobs;

    BulkChange(JobSelection selection, JobStore jobs) {
        this.selection = selection;
        this.jobs = jobs;
    }

    /** As the job keeps it; nulls: all. */
    record Parameters(String status, String type, Instant since, Instant until, String text) {

        static Parameters of(JobFilter filter) {
            return new Parameters(
                    filter.status() == null ? null : filter.status().wire(),
                    filter.type(),
                    filter.since(),
                    filter.until(),
                    filter.text());
        }

        /** @param latest jobs made from then on are not meant */
        JobFilter filter(Instant latest) {
            return new JobFilter(
                    JobStatus.named(status).orElse(null),
                    type,
                    since,
                    until != null && until.isBefore(latest) ? until : latest,
                    text);
        }
    }

    enum Effect {
        CHANGED,
        /** It matched and was left as it is. */
        SKIPPED,
        /** It did not match any more when its turn came. */
        GONE
    }

    interface Change {
        Effect attempt(UUID tenantId, UUID jobId);
    }

    /** Also the checkpoint. @param afterTime where the next turn begins; null, like {@code afterId}: at the oldest */
    record Tally(long changed, long skipped, Instant afterTime, UUID afterId) {

        private Tally plus(Effect effect) {
            return switch (effect) {
                case CHANGED -> new Tally(changed + 1, skipped, afterTime, afterId);
                case SKIPPED -> new Tally(changed, skipped + 1, afterTime, afterId);
                case GONE -> this;
            };
        }

        private long seen() {
            return changed + skipped;
        }
    }

    /** Bulk changes are no one's to change: retrying one that failed would do again what it did. */
    static Among among(UUID tenantId, JobFilter filter, List<JobStatus> statuses) {
        return new Among(tenantId, filter, statuses, List.of(CANCEL, RETRY));
    }

    Tally run(Work<Parameters> work, List<JobStatus> statuses, Change change) throws InterruptedException {
        Instant asked = jobs.find(work.tenantId(), work.jobId()).orElseThrow().createdAt();
        Among among = among(work.tenantId(), work.parameters().filter(asked), statuses);
        Tally tally = work.checkpoint(Tally.class).orElse(new Tally(0, 0, null, null));
        long total = tally.seen()
                + selection.count(among, tally.afterTime(), tally.afterId()).matching();
        while (true) {
            JobSelection.Turn turn = selection.next(among, tally.afterTime(), tally.afterId(), LOOKED_AT);
            for (UUID id : turn.matching()) {
                work.stopIfAsked();
                tally = tally.plus(attempt(work, change, id));
                work.progress(tally.seen(), Math.max(total, tally.seen()));
            }
            if (turn.lastId() == null) {
                work.progress(tally.seen(), tally.seen());
                return tally;
            }
            tally = new Tally(tally.changed(), tally.skipped(), turn.lastTime(), turn.lastId());
            work.saveCheckpoint(tally);
        }
    }

    /** A worker may hold the job for a moment, or the two may wait for each other. */
    private static Effect attempt(Work<?> work, Change change, UUID id) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return change.attempt(work.tenantId(), id);
            } catch (RuntimeException e) {
                if (attempt == TRIES || !SqlFailure.mayPass(e)) {
                    throw e;
                }
                work.pause(BETWEEN_TRIES);
            }
        }
    }
}
