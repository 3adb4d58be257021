package io.throughline.jobs.queue;

import io.throughline.jobs.queue.Leases.Claim;
import io.throughline.jobs.queue.Leases.Ending;
import io.throughline.jobs.queue.Leases.Progress;
import io.throughline.jobs.queue.Leases.Rescued;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.SqlFailure;
import io.throughline.platform.telemetry.TraceParent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Claims jobs in batches, runs each on a virtual thread, and writes their ends in batches. One thread claims, two write
 * ends, one keeps leases and writes progress; a test calls {@link #claimOnce}, {@link #endOnce} and {@link #keepLeases}
 * by hand instead of {@link #start}.
 */
final class Worker implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Worker.class);
    private static final int ENDINGS_AT_ONCE = Announcement.AT_ONCE;
    /** While one waits for its commit the other's statement runs. */
    private static final int END_WRITERS = 2;

    /** So many ends at a time are written together with those that follow at once. */
    private static final int BURST = 20;

    private static final long A_MILLISECOND = Duration.ofMillis(1).toNanos();
    private static final Duration LONGEST_GATHERING = Duration.ofMillis(10);
    /** Longer than a statement waits for a lock. */
    private static final Duration LONGEST_LAST_WRITE = Duration.ofSeconds(6);

    /** Beyond it nothing more is claimed: ends are written slower than jobs come to them. */
    private static final int MOST_WAITING_ENDS = 2 * ENDINGS_AT_ONCE;

    private static final Duration BETWEEN_PROGRESS = Duration.ofMillis(250);
    private static final Duration AFTER_FAULT = Duration.ofSeconds(1);

    private final String id;
    private final Leases leases;
    private final Runs runs;
    private final Json json;
    private final WorkerSettings settings;
    private final JobMeters meters;
    private final Map<String, JobType<?>> types = new HashMap<>();
    private final Map<UUID, Work<?>> running = new ConcurrentHashMap<>();
    private final BlockingQueue<Ending> ended = new LinkedBlockingQueue<>();
    private final Semaphore wakes = new Semaphore(0);
    private final Semaphore leaseChecks = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();
    private final Room room;
    private final Sweep sweep = new Sweep();
    private final Appointments appointments;

    private volatile boolean burst;

    private volatile boolean draining;
    /** A drain has taken its time: what cannot be written now is run again elsewhere. */
    private volatile boolean late;

    private volatile boolean closed;

    Worker(
            String id,
            Leases leases,
            Runs runs,
            Json json,
            WorkerSettings settings,
            JobMeters meters,
            Clock clock,
            Collection<JobType<?>> handlers) {
        this.id = id;
        this.leases = leases;
        this.runs = runs;
        this.json = json;
        this.settings = settings;
        this.meters = meters;
        Map<String, Integer> sizes = new HashMap<>();
        handlers.forEach(type -> {
            types.put(type.name(), type);
            sizes.put(type.name(), settings.concurrency().getOrDefault(type.name(), type.concurrency()));
        });
        this.room = new Room(sizes);
        this.appointments = new Appointments(clock, this::wake);
    }

    String id() {
        return id;
    }

    Duration lease() {
        return settings.lease();
    }

    void start() {
        appointments.start();
        threads.add(Thread.ofPlatform().daemon().name("jobs-claim").start(() -> loop(this::claimLoop)));
        for (int writer = 1; writer <= END_WRITERS; writer++) {
            threads.add(Thread.ofPlatform().daemon().name("jobs-end-" + writer).start(() -> loop(this::endLoop)));
        }
        threads.add(Thread.ofPlatform().daemon().name("jobs-lease").start(() -> loop(this::leaseLoop)));
    }

    /** There may be something to claim. */
    void wake() {
        wakes.release();
    }

    /** There will be something to claim. */
    void wakeAt(Instant due) {
        appointments.at(due);
    }

    /** Something may have been taken away from us. */
    void checkLeases() {
        leaseChecks.release();
    }

    int running() {
        return running.size();
    }

    int waitingEnds() {
        return ended.size();
    }

    /** Claims what there is room for and starts it. How many. */
    int claimOnce() {
        return claim(types.keySet()).size();
    }

    private List<Claim> claim(Collection<String> wanted) {
        if (draining || ended.size() >= MOST_WAITING_ENDS) {
            return List.of();
        }
        Map<String, Integer> free = new HashMap<>();
        wanted.forEach(type -> free.put(type, room.takeAll(type)));
        free.values().removeIf(places -> places == 0);
        if (free.isEmpty()) {
            return List.of();
        }
        List<Claim> claims = List.of();
        Set<String> again = Set.of();
        try {
            long began = System.nanoTime();
            claims =
                    leases.claim(id, free, settings.tenantConcurrency(), settings.lease(), sweep.places(free.keySet()));
            again = sweep.claimed(free, claims, Duration.ofNanos(System.nanoTime() - began));
        } finally {
            Map<String, Integer> unused = new HashMap<>(free);
            claims.forEach(claim -> unused.merge(claim.type(), -1, Integer::sum));
            unused.forEach(room::giveBack);
        }
        claims.forEach(this::begin);
        if (again.isEmpty()) {
            return claims;
        }
        List<Claim> all = new ArrayList<>(claims);
        all.addAll(claim(again));
        return all;
    }

    /**
     * Takes a place for a job that is about to be put in, so that it can be put in together with its lease. What was taken is
     * given to {@link #begin} or {@link #leave}.
     */
    boolean takePlace(String type) {
        return !draining
                && ended.size() < MOST_WAITING_ENDS
                && !settings.tenantConcurrency().containsKey(type)
                && room.takeOne(type);
    }

    void leave(String type) {
        if (room.leave(type)) {
            wake();
        }
    }

    /** Runs what is claimed and has its place. */
    void begin(Claim claim) {
        if (late || closed) { // claimed or put in while the last were handed back
            leases.end(id, List.of(Runs.handedBack(new Work<>(claim, id, null, leases, json))));
        } else {
            begin(types.get(claim.type()), claim);
        }
    }

    private <P> void begin(JobType<P> type, Claim claim) {
        meters.began(claim.type(), claim.waited());
        P parameters;
        try {
            parameters = json.read(claim.parameters(), type.parameters());
        } catch (java.io.UncheckedIOException e) {
            Work<P> unreadable = new Work<>(claim, id, null, leases, json);
            running.put(claim.jobId(), unreadable);
            end(unreadable, runs.failed(unreadable, "unreadable_parameters", String.valueOf(e.getMessage()), true));
            return;
        }
        Work<P> work = new Work<>(claim, id, parameters, leases, json);
        running.put(claim.jobId(), work);
        Thread.ofVirtual().name("job-" + claim.jobId()).start(() -> {
            TraceParent.begin(claim.traceParent());
            work.runsOn(Thread.currentThread());
            end(work, runs.run(type, work));
        });
    }

    private void end(Work<?> work, Ending ending) {
        if (!work.overNow()) {
            return;
        }
        if (ending == null) {
            running.remove(work.jobId(), work);
        } else {
            ended.add(ending);
        }
        leave(work.claim().type());
    }

    /** Writes the ends that have gathered, or waits for one. How many. */
    int endOnce(Duration wait) throws InterruptedException {
        Ending first = ended.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return 0;
        }
        List<Ending> batch = new ArrayList<>(List.of(first));
        ended.drainTo(batch, ENDINGS_AT_ONCE - 1);
        if (burst) {
            gather(batch);
        }
        burst = batch.size() >= BURST;
        write(batch);
        return batch.size();
    }

    /** While more jobs end every millisecond: a few large statements cost less than many small ones. */
    private void gather(List<Ending> batch) {
        long until = System.nanoTime() + LONGEST_GATHERING.toNanos();
        int before = 0;
        while (before < batch.size() && batch.size() < ENDINGS_AT_ONCE && System.nanoTime() < until) {
            before = batch.size();
            LockSupport.parkNanos(A_MILLISECOND);
            ended.drainTo(batch, ENDINGS_AT_ONCE - before);
        }
    }

    private void write(List<Ending> batch) throws InterruptedException {
        while (true) {
            try {
                leases.end(id, batch);
                break;
            } catch (SqlFailure e) {
                if (!SqlFailure.mayPass(e) && batch.size() > 1) {
                    for (Ending ending : batch) {
                        write(List.of(ending));
                    }
                    return;
                }
                if (!SqlFailure.mayPass(e) && batch.getFirst().status() == JobStatus.COMPLETED) {
                    write(List.of(Runs.unwritable(batch.getFirst(), e.getMessage())));
                    return;
                }
                LOG.errorf("Cannot write the ends of jobs; count=%d reason=%s", batch.size(), e.getMessage());
                if (closed || late || !SqlFailure.mayPass(e)) {
                    break; // their leases run out and they are run again
                }
                Thread.sleep(AFTER_FAULT);
            }
        }
        batch.forEach(this::settled);
    }

    private void settled(Ending ending) {
        Work<?> work = running.get(ending.claim().jobId());
        if (work != null && work.claim().fence() == ending.claim().fence()) {
            running.remove(work.jobId(), work);
            meters.ended(work.claim().type(), ending.status(), ending.errorCode(), work.ran());
        }
        if (ending.status() == JobStatus.PENDING && !ending.delay().isZero()) {
            appointments.after(ending.delay());
        }
    }

    /** One heartbeat for all that runs here; tells those to stop that were taken away. */
    void keepLeases() {
        List<Work<?>> held = List.copyOf(running.values());
        if (!held.isEmpty()) {
            Set<UUID> kept = leases.extend(id, held.stream().map(Work::claim).toList(), settings.lease());
            held.stream().filter(work -> !kept.contains(work.jobId())).forEach(Work::stop);
        }
    }

    /** Ends the runs that took longer than they may. Should one go on nevertheless, nothing it writes is accepted. */
    void stopOverdue() {
        for (Work<?> work : running.values()) {
            JobType<?> type = types.get(work.claim().type());
            if (!work.isOver() && work.exceeds(type.timeLimit())) {
                end(
                        work,
                        runs.failed(
                                work,
                                "time_limit_exceeded",
                                "The run took longer than it may and was stopped.",
                                false));
                work.interrupt();
            }
        }
    }

    /** Writes what progress there is, in one statement. */
    void writeProgress() {
        Map<Work<?>, Progress> progress = new HashMap<>();
        running.values().forEach(work -> {
            Progress unwritten = work.unwrittenProgress();
            if (unwritten != null) {
                progress.put(work, unwritten);
            }
        });
        if (!progress.isEmpty()) {
            Set<Work<?>> unwritten = progress.keySet();
            try {
                Set<UUID> written = leases.progress(id, progress.values());
                unwritten.removeIf(work -> written.contains(work.jobId()));
            } finally {
                unwritten.forEach(Work::writeProgressAgain);
            }
        }
    }

    private void claimLoop() throws InterruptedException {
        boolean woken = wakes.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS);
        Collection<String> wanted = types.keySet();
        while (!wanted.isEmpty() && !closed) {
            wakes.drainPermits();
            List<Claim> claims =
                    claim(woken ? wanted.stream().filter(room::isWorthClaiming).toList() : wanted);
            woken = true;
            wanted = mayHaveMore(claims);
        }
    }

    /** Types to claim again at once: tenants with little to do leave room, and whoever called meanwhile may mean any. */
    private Collection<String> mayHaveMore(List<Claim> claims) {
        if (!claims.isEmpty() && wakes.availablePermits() > 0) {
            return types.keySet();
        }
        return claims.stream().map(Claim::type).collect(Collectors.toSet());
    }

    private void endLoop() throws InterruptedException {
        if (endOnce(Duration.ofMillis(500)) >= ENDINGS_AT_ONCE) {
            wake();
        }
    }

    private void leaseLoop() throws InterruptedException {
        long ticks = Math.max(1, settings.heartbeat().dividedBy(BETWEEN_PROGRESS));
        for (long tick = 0; tick < ticks && !closed; tick++) {
            stopOverdue();
            writeProgress();
            if (leaseChecks.tryAcquire(BETWEEN_PROGRESS.toMillis(), TimeUnit.MILLISECONDS)) {
                leaseChecks.drainPermits();
                keepLeases();
            }
        }
        keepLeases();
        rescueOnce();
    }

    /** Takes what dead workers left, and counts it: they cannot. */
    List<Rescued> rescueOnce() {
        List<Rescued> rescued = leases.rescue();
        rescued.forEach(job ->
                meters.ended(job.type(), job.dead() ? JobStatus.FAILED : JobStatus.PENDING, "worker_died", null));
        if (!rescued.isEmpty()) {
            LOG.infof("Jobs taken from dead workers; count=%d", rescued.size());
        }
        return rescued;
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    private void loop(Step step) {
        while (!closed) {
            try {
                step.run();
            } catch (InterruptedException e) {
                closed = true;
            } catch (RuntimeException e) {
                if (closed) {
                    return;
                }
                LOG.errorf("The worker waits; reason=%s", e.getMessage());
                pauseAfterFault();
            }
        }
    }

    private void pauseAfterFault() {
        try {
            Thread.sleep(AFTER_FAULT);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Claims nothing more, gives what runs some time, and hands the rest back without counting the attempt. */
    void drain() throws InterruptedException {
        draining = true;
        try {
            long until = System.nanoTime() + settings.grace().toNanos();
            while (!running.isEmpty() && System.nanoTime() < until) {
                Thread.sleep(20);
            }
            late = true;
            while (endOnce(Duration.ZERO) > 0) {
                LOG.debug("Ends written that still waited");
            }
            handBack();
        } finally {
            close();
        }
    }

    /** Until all is handed back, also what was claimed meanwhile, or has its end written. */
    private void handBack() throws InterruptedException {
        long until = System.nanoTime() + LONGEST_LAST_WRITE.toNanos();
        int handedBack = 0;
        do {
            List<Work<?>> unfinished =
                    List.copyOf(running.values().stream().filter(Work::overNow).toList());
            unfinished.forEach(Work::stop);
            leases.end(id, unfinished.stream().map(Runs::handedBack).toList());
            unfinished.forEach(work -> running.remove(work.jobId(), work));
            handedBack += unfinished.size();
            endOnce(Duration.ofMillis(5));
        } while (!running.isEmpty() && System.nanoTime() < until);
        LOG.infof("Worker drained; handedBack=%d", handedBack);
    }

    @Override
    public void close() {
        draining = true;
        closed = true;
        appointments.close();
        threads.forEach(Thread::interrupt);
    }
}
