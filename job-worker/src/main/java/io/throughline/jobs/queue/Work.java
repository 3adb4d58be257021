package io.throughline.jobs.queue;

import io.throughline.platform.events.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One run of a job, as its handler sees it.
 *
 * @param <P> the record of its parameters
 */
public final class Work<P> {

    private final Leases.Claim claim;
    private final String workerId;
    private final P parameters;
    private final Leases leases;
    private final Json json;
    private final CountDownLatch stop = new CountDownLatch(1);
    private Long done;
    private Long total;
    /** From the start: that the job runs is news, too. */
    private boolean dirty = true;

    private final AtomicBoolean over = new AtomicBoolean();
    private final long began = System.nanoTime();
    private volatile Thread thread;
    private volatile Duration ran;

    Work(Leases.Claim claim, String workerId, P parameters, Leases leases, Json json) {
        this.claim = claim;
        this.workerId = workerId;
        this.parameters = parameters;
        this.leases = leases;
        this.json = json;
    }

    public UUID jobId() {
        return claim.jobId();
    }

    public UUID tenantId() {
        return claim.tenantId();
    }

    public P parameters() {
        return parameters;
    }

    /** From 1. */
    public int attempt() {
        return claim.attempt();
    }

    /** Grows from run to run of the same job: what an earlier run left behind has a smaller one. */
    public long fence() {
        return claim.fence();
    }

    /** Where an earlier run got to. */
    public <T> Optional<T> checkpoint(Class<T> type) {
        return Optional.ofNullable(claim.checkpoint()).map(text -> json.read(text, type));
    }

    /** Cheap at any rate: kept in memory, written and pushed four times a second at most. */
    public synchronized void progress(long doneSoFar, long ofTotal) {
        done = doneSoFar;
        total = ofTotal;
        dirty = true;
    }

    /** One statement; to be called every second or so, not every row. */
    public void saveCheckpoint(Object checkpoint) {
        if (!leases.checkpoint(workerId, claim, json.text(checkpoint))) {
            throw new LeaseLost();
        }
    }

    /**
     * In the caller's transaction: proves that this run still holds the job, and keeps it from being taken away until
     * the transaction ends.
     */
    public void holdOrStop() {
        if (!leases.holds(workerId, claim)) {
            throw new LeaseLost();
        }
    }

    /**
     * In the caller's transaction: from its commit on the job waits for {@link JobStore#complete} without a worker.
     *
     * @param atMost after which it is run again, in case what it waits for was lost
     */
    public Outcome detach(Duration atMost) {
        if (!leases.detach(workerId, claim, atMost)) {
            throw new LeaseLost();
        }
        return new Outcome.Detached();
    }

    /** Long work asks now and then; the job is handed back or was taken away. */
    public void stopIfAsked() {
        if (stop.getCount() == 0) {
            throw new LeaseLost();
        }
    }

    /** Waits, unless the run is to stop. */
    public void pause(Duration time) throws InterruptedException {
        if (stop.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new LeaseLost();
        }
    }

    /** Unwinds a run whose outcome nobody waits for any more. Handlers let it pass. */
    static final class LeaseLost extends RuntimeException {
        LeaseLost() {
            super("the job is no longer this run's");
        }
    }

    void stop() {
        stop.countDown();
    }

    /** It takes no room any more; its end may not be written down yet. False: it was over before. */
    boolean overNow() {
        if (!over.compareAndSet(false, true)) {
            return false;
        }
        ran = Duration.ofNanos(System.nanoTime() - began);
        return true;
    }

    /** Once it is over. */
    Duration ran() {
        return ran;
    }

    boolean isOver() {
        return over.get();
    }

    void runsOn(Thread own) {
        thread = own;
    }

    /** @param ofType applies when the job itself has none */
    boolean exceeds(Duration ofType) {
        Duration limit = claim.timeLimit() == null ? ofType : claim.timeLimit();
        return System.nanoTime() - began > limit.toNanos();
    }

    /** For a run that did not end in its time, whatever it waits for. */
    void interrupt() {
        stop();
        Thread own = thread;
        if (own != null) {
            own.interrupt();
        }
    }

    Leases.Claim claim() {
        return claim;
    }

    /** What has not been written yet; null when there is nothing new, or nobody to take it. */
    synchronized Leases.Progress unwrittenProgress() {
        if (!dirty || over.get() || stop.getCount() == 0) {
            return null;
        }
        dirty = false;
        return new Leases.Progress(claim, done, total);
    }

    /** What was to be written was not. */
    synchronized void writeProgressAgain() {
        dirty = true;
    }

    synchronized Long done() {
        return done;
    }

    synchronized Long total() {
        return total;
    }
}
