package io.throughline.jobs.queue;

import io.throughline.jobs.queue.Leases.Ending;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.SqlFailure;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Runs one claimed job and says how it ended. Knows nothing of threads and of who writes the end down. */
final class Runs {

    private static final Logger LOG = Logger.getLogger(Runs.class);
    private static final int LONGEST_MESSAGE = 2000;
    /** U+0000 as JSON writes it; behind an odd number of backslashes, or it is text about it. */
    private static final Pattern NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

    private final Json json;
    private final Backoff backoff;

    Runs(Json json, Backoff backoff) {
        this.json = json;
        this.backoff = backoff;
    }

    /** Null when there is nothing to write: the job is detached, or no longer this run's. */
    <P> Ending run(JobType<P> type, Work<P> work) {
        try {
            return switch (type.run(work)) {
                case Outcome.Completed(Object result) -> completed(work, result);
                case Outcome.Detached() -> null;
            };
        } catch (Work.LeaseLost e) {
            return null;
        } catch (JobFailure e) {
            return failed(work, e.code(), e.getMessage(), e.permanent());
        } catch (SqlFailure e) {
            // Not the run's fault: its transaction was taken back in favour of another one, such as a claim that met
            // it.
            return e.isRollback() ? handedBack(work) : unexpected(work, e);
        } catch (Throwable e) {
            return unexpected(work, e);
        }
    }

    /** An error, too: a run that ends without saying so would keep its lease for ever. */
    private Ending unexpected(Work<?> work, Throwable e) {
        LOG.errorf(
                e,
                "Job failed unexpectedly; job=%s type=%s",
                work.jobId(),
                work.claim().type());
        return failed(work, "unexpected_failure", String.valueOf(e.getMessage()), false);
    }

    private Ending completed(Work<?> work, Object result) {
        return new Ending(
                work.claim(),
                JobStatus.COMPLETED,
                clean(json.text(result)),
                null,
                null,
                Duration.ZERO,
                true,
                work.done(),
                work.total());
    }

    Ending failed(Work<?> work, String code, String message, boolean permanent) {
        boolean last = permanent || work.claim().attempt() >= work.claim().maxAttempts();
        String told = message == null ? "" : message.replace("\u0000", "");
        return new Ending(
                work.claim(),
                last ? JobStatus.FAILED : JobStatus.PENDING,
                null,
                code,
                told.substring(0, Math.min(LONGEST_MESSAGE, told.length())),
                last ? Duration.ZERO : backoff.after(work.claim().attempt()),
                true,
                work.done(),
                work.total());
    }

    /** Unfinished, as if it had not been begun. */
    static Ending handedBack(Work<?> work) {
        return new Ending(
                work.claim(), JobStatus.PENDING, null, null, null, Duration.ZERO, false, work.done(), work.total());
    }

    /** What came to a good end and still cannot be stored, such as a number that PostgreSQL does not hold. */
    static Ending unwritable(Ending ending, String reason) {
        return new Ending(
                ending.claim(),
                JobStatus.FAILED,
                null,
                "unwritable_result",
                reason.substring(0, Math.min(LONGEST_MESSAGE, reason.length())),
                Duration.ZERO,
                true,
                ending.done(),
                ending.total());
    }

    /** PostgreSQL's jsonb holds every character but this one. */
    private static String clean(String text) {
        return NUL.matcher(text).replaceAll("$1");
    }
}
