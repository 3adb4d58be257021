package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.jobs.JobStatusChanged;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.Leases.Claim;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Workers made and driven by hand on the real queue. The service's own worker knows none of their types. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class QueueTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    Leases leases;

    @Inject
    JobStore jobs;

    @Inject
    Sql sql;

    @Inject
    Json json;

    @Inject
    Clock clock;

    @Inject
    MeterRegistry ofTheService;

    private final UUID tenant = Ids.next();

    private Worker worker(String name, Probe... types) {
        return HandDriven.worker(name, HandDriven.PATIENT, leases, json, types);
    }

    private UUID enqueue(Probe type, Priority priority, Duration ago) {
        UUID id = Ids.next();
        jobs.enqueue(NewJob.of(id, tenant, tenant, type.name(), Map.of("n", 1))
                .withPriority(priority)
                .startingAt(clock.instant().minus(ago)));
        return id;
    }

    private UUID enqueue(Probe type) {
        return enqueue(type, Priority.NORMAL, Duration.ZERO);
    }

    private JobView job(UUID id) {
        return jobs.find(tenant, id).orElseThrow();
    }

    private void makeDue(UUID id) {
        sql.update("UPDATE job SET run_at = clock_timestamp() WHERE id = ?", id);
    }

    private void letLeasesRunOut(String worker) {
        letLeasesRunOut(worker, leases::rescue);
    }

    private void letLeasesRunOut(String worker, Runnable rescue) {
        sql.update(
                "UPDATE job_lease SET lease_until = clock_timestamp() - interval '1 second' WHERE worker_id = ?",
                worker);
        rescue.run();
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(sql.list("SELECT 1 FROM job_lease WHERE worker_id = ?", row -> 1, worker))
                                .isEmpty());
    }

    private void runOne(Worker worker) throws InterruptedException {
        assertThat(worker.claimOnce()).isEqualTo(1);
        assertThat(worker.endOnce(SOON)).isEqualTo(1);
    }

    private List<String> events(UUID id) {
        return sql.list(
                "SELECT type || ' ' || coalesce(job->>'status', 'completed') AS told FROM job_event WHERE job_id = ? ORDER BY xid, id",
                row -> row.text("told"),
                id);
    }

    @Test
    void takesTheUrgentFirstAndStarvesNobody() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID normal = enqueue(type, Priority.NORMAL, Duration.ofMinutes(3));
        UUID high = enqueue(type, Priority.HIGH, Duration.ZERO);
        UUID lowAndOld = enqueue(type, Priority.LOW, Duration.ofMinutes(11));
        UUID low = enqueue(type, Priority.LOW, Duration.ofMinutes(4));
        UUID normalLater = enqueue(type, Priority.NORMAL, Duration.ofMinutes(2));
        List<UUID> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            leases.claim("w", Map.of(type.name(), 1), Map.of(), Duration.ofMinutes(1), List.of())
                    .forEach(claim -> order.add(claim.jobId()));
        }
        assertThat(order).containsExactly(lowAndOld, high, normal, normalLater, low);
    }

    @Test
    void startsNoJobBeforeItsTimeHoweverUrgent() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID job = enqueue(type, Priority.HIGH, Duration.ofMinutes(-3));
        Worker worker = worker("early-" + Ids.next(), type);
        assertThat(worker.claimOnce()).isZero();
        makeDue(job);
        assertThat(worker.claimOnce()).isEqualTo(1);
    }

    @Test
    void runsNoMoreOfATypeAtATimeThanItAllows() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        Probe narrow = Probe.that(work -> {
                    go.await();
                    return new Outcome.Completed(Map.of());
                })
                .atMost(2);
        Probe other = Probe.that(work -> new Outcome.Completed(Map.of())).atMost(1);
        for (int i = 0; i < 5; i++) {
            enqueue(narrow);
        }
        enqueue(other);
        Worker worker = worker("narrow-" + Ids.next(), narrow, other);
        assertThat(worker.claimOnce()).isEqualTo(3);
        assertThat(worker.endOnce(SOON)).isEqualTo(1);
        assertThat(worker.claimOnce()).isZero();
        assertThat(worker.running()).isEqualTo(2);
        go.countDown();
        int ended = 0;
        while (ended < 5) {
            ended += worker.endOnce(SOON);
            worker.claimOnce();
        }
        assertThat(worker.running()).isZero();
    }

    @Test
    void retriesWithGrowingWaitsUntilItFailsForGood() throws InterruptedException {
        Probe type = Probe.that(work -> {
            throw JobFailure.passing("no_luck", "attempt " + work.attempt());
        });
        UUID id = enqueue(type);
        Worker worker = worker("retry-" + Ids.next(), type);
        for (int attempt = 1; attempt <= 4; attempt++) {
            Instant before = now();
            runOne(worker);
            JobView job = job(id);
            assertThat(job.status()).isEqualTo("pending");
            assertThat(job.attempt()).isEqualTo(attempt);
            assertThat(job.error().code()).isEqualTo("no_luck");
            Duration least = Duration.ofMillis(100L << (attempt - 1));
            assertThat(job.runAt()).isBetween(before.plus(least), now().plus(least.multipliedBy(2)));
            makeDue(id);
        }
        runOne(worker);
        JobView job = job(id);
        assertThat(job.status()).isEqualTo("failed");
        assertThat(job.attempt()).isEqualTo(5);
        assertThat(job.error().message()).isEqualTo("attempt 5");
        assertThat(job.completedAt()).isNotNull();
        assertThat(events(id)).endsWith("job.failed failed").hasSize(5);
    }

    private Instant now() {
        return sql.one("SELECT clock_timestamp() AS now", row -> row.instant("now"));
    }

    @Test
    void failsAtOnceWhenAnotherAttemptCouldNotHelp() throws InterruptedException {
        Probe type = Probe.that(work -> {
            throw JobFailure.permanent("hopeless", "never\u0000 mind");
        });
        UUID id = enqueue(type);
        runOne(worker("permanent-" + Ids.next(), type));
        assertThat(job(id).status()).isEqualTo("failed");
        assertThat(job(id).attempt()).isEqualTo(1);
        assertThat(job(id).error().code()).isEqualTo("hopeless");
        assertThat(job(id).error().message()).isEqualTo("never mind");
    }

    @Test
    void survivesHandlersThatThrowAnythingOrAnswerNothing() throws InterruptedException {
        Probe noMessage = Probe.that(work -> {
            throw JobFailure.passing("silent", null);
        });
        Probe nothing = Probe.that(work -> null);
        Probe unwritable = Probe.that(work -> new Outcome.Completed(new Object() {
            public Object getSelf() {
                throw new IllegalStateException("cannot be read");
            }
        }));
        Probe error = Probe.that(work -> {
            throw new AssertionError("a handler's error");
        });
        for (Probe type : List.of(noMessage, nothing, unwritable, error)) {
            UUID id = enqueue(type);
            Worker worker = worker("odd-" + Ids.next(), type);
            runOne(worker);
            assertThat(job(id).status()).isEqualTo("pending");
            assertThat(job(id).error().code()).isNotBlank();
            assertThat(worker.running()).isZero();
        }
    }

    @Test
    void failsAJobWhoseResultCannotBeStoredAndKeepsTextAboutNul() throws InterruptedException {
        Probe huge = Probe.that(work -> new Outcome.Completed(Map.of("n", new java.math.BigDecimal("1e200000"))));
        UUID unstorable = enqueue(huge);
        Worker worker = worker("huge-" + Ids.next(), huge);
        runOne(worker);
        assertThat(job(unstorable).status()).isEqualTo("failed");
        assertThat(job(unstorable).error().code()).isEqualTo("unwritable_result");
        assertThat(worker.running()).isZero();
        Probe text = Probe.that(work -> new Outcome.Completed(Map.of("a", "x\0y", "b", "\\u0000")));
        UUID storable = enqueue(text);
        runOne(worker("text-" + Ids.next(), text));
        assertThat(job(storable).result()).isEqualTo(Map.of("a", "xy", "b", "\\u0000"));
    }

    @Test
    void beginsAgainWhenRetriedByHand() throws InterruptedException {
        Set<UUID> fixed = new HashSet<>();
        Probe type = Probe.that(work -> {
            if (!fixed.contains(work.jobId())) {
                throw JobFailure.permanent("broken", "still");
            }
            return new Outcome.Completed(Map.of("ok", true));
        });
        UUID id = enqueue(type);
        Worker worker = worker("hand-" + Ids.next(), type);
        runOne(worker);
        fixed.add(id);
        assertThat(jobs.retry(tenant, id)).hasValueSatisfying(job -> {
            assertThat(job.status()).isEqualTo("pending");
            assertThat(job.attempt()).isZero();
            assertThat(job.error()).isNull();
        });
        runOne(worker);
        assertThat(job(id).status()).isEqualTo("completed");
        assertThat(job(id).attempt()).isEqualTo(1);
        assertThat(job(id).result()).isEqualTo(Map.of("ok", true));
        assertThat(jobs.retry(tenant, id)).isEmpty();
    }

    @Test
    void cancelsWhatRunsSoThatItsEndChangesNothing() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        Probe type = Probe.that(work -> {
            go.await();
            return new Outcome.Completed(Map.of("late", true));
        });
        UUID id = enqueue(type);
        Worker worker = worker("cancel-" + Ids.next(), type);
        assertThat(worker.claimOnce()).isEqualTo(1);
        assertThat(jobs.cancel(tenant, id)).isPresent();
        go.countDown();
        assertThat(worker.endOnce(SOON)).isEqualTo(1);
        assertThat(job(id).status()).isEqualTo("cancelled");
        assertThat(job(id).result()).isNull();
        assertThat(events(id)).containsExactly("job.failed cancelled");
        assertThat(worker.running()).isZero();
    }

    @Test
    void tellsARunWhoseJobWasTakenAwayToStop() {
        Probe type = Probe.that(work -> {
            work.pause(Duration.ofMinutes(10));
            return new Outcome.Completed(Map.of());
        });
        UUID id = enqueue(type);
        Worker worker = worker("stop-" + Ids.next(), type);
        worker.claimOnce();
        jobs.cancel(tenant, id);
        worker.keepLeases();
        await().atMost(SOON).untilAsserted(() -> assertThat(worker.running()).isZero());
        assertThat(job(id).status()).isEqualTo("cancelled");
    }

    @Test
    void keepsAFrozenWorkerThatWakesFromOverwritingItsSuccessor() throws InterruptedException {
        CountDownLatch thaw = new CountDownLatch(1);
        Probe slow = Probe.that(work -> {
            if (work.attempt() == 1) {
                thaw.await();
            }
            return new Outcome.Completed(Map.of("by", work.attempt()));
        });
        UUID id = enqueue(slow);
        String frozenId = "frozen-" + Ids.next();
        Worker frozen = worker(frozenId, slow);
        frozen.claimOnce();
        letLeasesRunOut(frozenId);
        assertThat(job(id).status()).isEqualTo("pending");
        runOne(worker("successor-" + Ids.next(), slow));
        assertThat(job(id).result()).isEqualTo(Map.of("by", 2));
        thaw.countDown();
        frozen.endOnce(SOON);
        frozen.keepLeases();
        assertThat(job(id).result()).isEqualTo(Map.of("by", 2));
        assertThat(job(id).attempt()).isEqualTo(2);
        assertThat(events(id).stream().filter(each -> each.startsWith("job.completed")))
                .hasSize(1);
    }

    private static Leases.Ending completed(Claim claim) {
        return new Leases.Ending(claim, JobStatus.COMPLETED, "{}", null, null, Duration.ZERO, true, null, null);
    }

    @Test
    void fencesCheckpointsProgressEndsAndTransactionsOfALostLease() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID id = enqueue(type);
        Claim old = leases.claim("a", Map.of(type.name(), 1), Map.of(), Duration.ofMinutes(1), List.of())
                .getFirst();
        letLeasesRunOut("a");
        Claim mine = leases.claim("a", Map.of(type.name(), 1), Map.of(), Duration.ofMinutes(1), List.of())
                .getFirst();
        assertThat(mine.fence()).isGreaterThan(old.fence());
        assertThat(leases.checkpoint("a", old, "{\"line\":1}")).isFalse();
        assertThat(leases.holds("a", old)).isFalse();
        assertThat(leases.detach("a", old, Duration.ofMinutes(1))).isFalse();
        assertThat(leases.extend("a", List.of(old), Duration.ofMinutes(1))).isEmpty();
        leases.progress("a", List.of(new Leases.Progress(old, 7L, 9L)));
        assertThat(job(id).progress().done()).isZero();
        assertThat(leases.end("a", List.of(completed(old)))).isZero();
        assertThat(leases.end("a", Collections.nCopies(25, completed(old)))).isZero();
        assertThat(leases.end("b", List.of(completed(mine)))).isZero();
        assertThat(job(id).status()).isEqualTo("processing");
        assertThat(leases.holds("a", mine)).isTrue();
        assertThat(leases.extend("a", List.of(mine), Duration.ofMinutes(1))).containsExactly(id);
    }

    @Test
    void givesUpOnAJobThatThreeWorkersInARowDiedOf() {
        Probe deadly = Probe.that(work -> {
            work.pause(Duration.ofMinutes(10));
            return new Outcome.Completed(Map.of());
        });
        UUID id = enqueue(deadly);
        MeterRegistry here = new SimpleMeterRegistry();
        Worker rescuer = HandDriven.worker("rescuer", HandDriven.PATIENT, leases, json, new JobMeters(here), deadly);
        for (int death = 1; death <= 3; death++) {
            assertThat(job(id).status()).isEqualTo("pending");
            String victim = "victim-" + Ids.next();
            assertThat(worker(victim, deadly).claimOnce()).isEqualTo(1);
            letLeasesRunOut(victim, rescuer::rescueOnce);
        }
        assertThat(job(id).status()).isEqualTo("failed");
        assertThat(job(id).error().code()).isEqualTo("worker_died");
        assertThat(events(id)).endsWith("job.failed failed");
        // By this rescuer or by the service's own worker, which looks for lost leases, too.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deaths(here, deadly) + deaths(ofTheService, deadly))
                        .isEqualTo(1));
    }

    private static double deaths(MeterRegistry registry, Probe type) {
        return registry
                .find("throughline.jobs.deaths")
                .tags("type", type.name(), "code", "worker_died")
                .counters()
                .stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void holdsNoDeathAgainstAJobThatKeepsReachingCheckpoints() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID id = enqueue(type);
        for (int death = 1; death <= 7; death++) {
            Claim claim = leases.claim("w" + death, Map.of(type.name(), 1), Map.of(), Duration.ofMinutes(1), List.of())
                    .getFirst();
            assertThat(leases.checkpoint("w" + death, claim, "{\"line\":" + death + "}"))
                    .isTrue();
            letLeasesRunOut("w" + death);
        }
        Claim last = leases.claim("w", Map.of(type.name(), 1), Map.of(), Duration.ofMinutes(1), List.of())
                .getFirst();
        assertThat(last.checkpoint()).isEqualTo("{\"line\": 7}");
        assertThat(job(id).status()).isEqualTo("processing");
    }

    @Test
    void handsUnfinishedWorkBackOnDrainWithItsCheckpointAndWithoutCountingTheAttempt() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        Probe type = Probe.that(work -> {
            if (work.checkpoint(Integer.class).isPresent()) {
                return new Outcome.Completed(
                        Map.of("from", work.checkpoint(Integer.class).get()));
            }
            work.progress(3, 10);
            work.saveCheckpoint(3);
            reached.countDown();
            work.pause(Duration.ofMinutes(10));
            return new Outcome.Completed(Map.of());
        });
        UUID id = enqueue(type);
        Worker leaving = worker("leaving-" + Ids.next(), type);
        leaving.claimOnce();
        reached.await();
        leaving.drain();
        assertThat(job(id).status()).isEqualTo("pending");
        assertThat(job(id).attempt()).isZero();
        assertThat(job(id).progress().done()).isEqualTo(3);
        assertThat(leaving.claimOnce()).isZero();
        runOne(worker("next-" + Ids.next(), type));
        assertThat(job(id).result()).isEqualTo(Map.of("from", 3));
        assertThat(job(id).attempt()).isEqualTo(1);
    }

    @Test
    void writesEndsThatWaitWhenItDrains() throws InterruptedException {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of("done", true)));
        UUID id = enqueue(type);
        Worker leaving = worker("full-" + Ids.next(), type);
        leaving.claimOnce();
        await().atMost(SOON).until(() -> leaving.waitingEnds() == 1);
        leaving.drain();
        assertThat(job(id).status()).isEqualTo("completed");
    }

    @Test
    void admitsOneUnfinishedJobPerKeyHoweverManyAskAtOnce() throws Exception {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        Callable<UUID> ask = () -> jobs.enqueue(NewJob.of(Ids.next(), tenant, tenant, type.name(), Map.of())
                        .onceUnfinishedPer("nightly"))
                .jobId();
        Set<UUID> answered = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<UUID>> asking = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                asking.add(threads.submit(ask));
            }
            for (Future<UUID> each : asking) {
                answered.add(each.get());
            }
        }
        assertThat(answered).hasSize(1);
        runOne(worker("key-" + Ids.next(), type));
        assertThat(ask.call()).isNotIn(answered);
    }

    @Test
    void writesProgressOnceHoweverOftenItIsReported() throws InterruptedException {
        CountDownLatch reported = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Probe type = Probe.that(work -> {
            for (int i = 1; i <= 1000; i++) {
                work.progress(i, 2000);
            }
            reported.countDown();
            go.await();
            return new Outcome.Completed(Map.of());
        });
        UUID id = enqueue(type);
        Worker worker = worker("progress-" + Ids.next(), type);
        worker.claimOnce();
        reported.await();
        worker.writeProgress();
        worker.writeProgress();
        assertThat(job(id).progress().done()).isEqualTo(1000);
        assertThat(events(id)).containsExactly("job.progress processing");
        go.countDown();
        worker.endOnce(SOON);
        assertThat(events(id)).hasSize(2);
    }

    /** Workers stop without a word at random, as by kill -9; some of them still run on and write too late. */
    @Test
    void losesNoJobAndCompletesNoneTwiceWhileWorkersDieAtRandom() throws InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("QueueTest seed " + seed);
        Random random = new Random(seed);
        sql.update("CREATE TABLE IF NOT EXISTS probe_effect (job_id uuid NOT NULL)");
        Probe atOnce = Probe.that(work -> sql.inTransaction(() -> {
                    work.holdOrStop();
                    sql.update("INSERT INTO probe_effect (job_id) VALUES (?)", work.jobId());
                    jobs.complete(List.of(new JobStore.Ending(work.jobId(), Map.of("fence", work.fence()), 1)));
                    return (Outcome) new Outcome.Detached();
                }))
                .atMost(8);
        Probe later = Probe.that(work -> new Outcome.Completed(Map.of("fence", work.fence())))
                .atMost(8);
        List<UUID> asked = new ArrayList<>();
        List<UUID> withEffect = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            withEffect.add(enqueue(atOnce));
            asked.add(withEffect.getLast());
            asked.add(enqueue(later));
        }
        List<Worker> workers = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Worker> dead = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            names.add("crash-" + Ids.next());
            workers.add(worker(names.get(i), atOnce, later));
        }
        for (int step = 0; unfinished() > 0; step++) {
            assertThat(step).as("steps, seed %d", seed).isLessThan(5000);
            int at = random.nextInt(workers.size());
            switch (random.nextInt(10)) {
                case 0 -> {
                    dead.add(workers.get(at));
                    letLeasesRunOut(names.get(at));
                    names.set(at, "crash-" + Ids.next());
                    workers.set(at, worker(names.get(at), atOnce, later));
                }
                case 1 -> {
                    if (!dead.isEmpty()) {
                        dead.get(random.nextInt(dead.size())).endOnce(Duration.ZERO);
                    }
                }
                case 2, 3, 4, 5 -> workers.get(at).claimOnce();
                default -> workers.get(at).endOnce(Duration.ofMillis(1));
            }
            sql.list(
                            "SELECT id, error_code FROM job WHERE tenant_id = ? AND status = 'failed'",
                            row -> Map.entry(row.uuid("id"), row.text("error_code")),
                            tenant)
                    .forEach(failed -> {
                        assertThat(failed.getValue()).as("seed %d", seed).isEqualTo("worker_died");
                        jobs.retry(tenant, failed.getKey());
                    });
        }
        for (Worker each : dead) {
            each.endOnce(Duration.ZERO);
        }
        assertThat(sql.list(
                        "SELECT job_id FROM job_event WHERE tenant_id = ? AND type = 'job.completed'",
                        row -> row.uuid("job_id"),
                        tenant))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(asked);
        assertThat(sql.list("SELECT job_id FROM probe_effect", row -> row.uuid("job_id")))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(withEffect);
    }

    private long unfinished() {
        return sql.one(
                "SELECT count(*) AS n FROM job WHERE tenant_id = ? AND status <> 'completed'",
                row -> row.number("n"),
                tenant);
    }

    @Test
    void runsAWaitingJobAgainWhenItsChildHasEndedWithoutCountingAnAttempt() throws InterruptedException {
        AtomicBoolean again = new AtomicBoolean();
        Probe parent = Probe.that(work -> again.getAndSet(true)
                ? new Outcome.Completed(Map.of("attempt", work.attempt()))
                : work.detach(Duration.ofHours(1)));
        Probe child = Probe.that(work -> {
            throw JobFailure.permanent("no", "never");
        });
        UUID waiting = enqueue(parent);
        Worker worker = worker("family-" + Ids.next(), parent, child);
        worker.claimOnce();
        await().atMost(SOON).untilAsserted(() -> assertThat(worker.running()).isZero());
        jobs.enqueue(
                NewJob.of(Ids.next(), tenant, tenant, child.name(), Map.of()).childOf(waiting));
        runOne(worker);
        assertThat(job(waiting).status()).isEqualTo("processing");
        runOne(worker);
        assertThat(job(waiting).result()).isEqualTo(Map.of("attempt", 1));
    }

    @Test
    void missesNoEndOfAChildThatComesWhileItStillRuns() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean again = new AtomicBoolean();
        Probe parent = Probe.that(work -> {
            if (again.getAndSet(true)) {
                return new Outcome.Completed(Map.of("attempt", work.attempt()));
            }
            go.await();
            return work.detach(Duration.ofHours(1));
        });
        Probe child = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID waiting = enqueue(parent);
        Worker worker = worker("early-end-" + Ids.next(), parent, child);
        worker.claimOnce();
        jobs.enqueue(
                NewJob.of(Ids.next(), tenant, tenant, child.name(), Map.of()).childOf(waiting));
        runOne(worker);
        go.countDown();
        await().atMost(SOON).untilAsserted(() -> assertThat(worker.running()).isZero());
        assertThat(job(waiting).status()).isEqualTo("processing");
        runOne(worker);
        assertThat(job(waiting).result()).isEqualTo(Map.of("attempt", 1));
    }

    @Test
    void stopsARunThatTakesLongerThanItMay() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Probe type = Probe.that(work -> {
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
            return new Outcome.Completed(Map.of());
        });
        UUID id = Ids.next();
        jobs.enqueue(NewJob.of(id, tenant, tenant, type.name(), Map.of()).within(Duration.ofMillis(1)));
        Worker worker = worker("overdue-" + Ids.next(), type);
        worker.claimOnce();
        await().atMost(SOON).until(() -> {
            worker.stopOverdue();
            return worker.waitingEnds() == 1;
        });
        interrupted.await();
        worker.endOnce(SOON);
        assertThat(job(id).status()).isEqualTo("pending");
        assertThat(job(id).attempt()).isEqualTo(1);
        assertThat(job(id).error().code()).isEqualTo("time_limit_exceeded");
        assertThat(worker.running()).isZero();
    }

    @Test
    void removesFinishedJobsByAgeAndNoOthers() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID old = enqueue(type);
        UUID waiting = enqueue(type);
        UUID young = enqueue(type);
        jobs.cancel(tenant, old);
        jobs.cancel(tenant, young);
        sql.update(
                "UPDATE job SET created_at = created_at - interval '31 days', completed_at = completed_at - interval '2 days'"
                        + " WHERE id = ANY (?)",
                Sql.array("uuid", List.of(old, waiting)));
        new Chores.OldJobs(sql, HandDriven.PATIENT).run();
        assertThat(jobs.findAll(tenant, List.of(old, waiting, young)))
                .extracting(JobView::jobId)
                .containsExactlyInAnyOrder(waiting, young);
    }

    @Test
    void cancelsTheChildrenWithTheirParent() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID parent = enqueue(type);
        UUID child = Ids.next();
        UUID grandchild = Ids.next();
        jobs.enqueue(NewJob.of(child, tenant, tenant, type.name(), Map.of()).childOf(parent));
        jobs.enqueue(
                NewJob.of(grandchild, tenant, tenant, type.name(), Map.of()).childOf(child));
        assertThat(jobs.cancel(tenant, parent))
                .hasValueSatisfying(job -> assertThat(job.jobId()).isEqualTo(parent));
        assertThat(jobs.findAll(tenant, List.of(parent, child, grandchild)))
                .extracting(JobView::status)
                .containsOnly("cancelled");
    }

    private UUID enqueueFor(UUID whose, Probe type, Function<NewJob, NewJob> how) {
        UUID id = Ids.next();
        jobs.enqueueAll(List.of(how.apply(NewJob.of(id, whose, whose, type.name(), Map.of()))));
        return id;
    }

    private List<Claim> claim(Probe type, int free, Map<String, Integer> caps) {
        return leases.claim("taker-" + Ids.next(), Map.of(type.name(), free), caps, Duration.ofMinutes(5), List.of());
    }

    @Test
    void givesEveryTenantItsTurnWhateverTheOthersHaveWaiting() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID busy = Ids.next();
        UUID modest = Ids.next();
        for (int i = 0; i < 50; i++) {
            enqueueFor(busy, type, job -> job.withPriority(Priority.HIGH));
        }
        UUID only = enqueueFor(modest, type, job -> job.withPriority(Priority.LOW));
        List<Claim> claims = claim(type, 10, Map.of());
        assertThat(claims).extracting(Claim::jobId).contains(only);
        assertThat(claims).filteredOn(each -> each.tenantId().equals(busy)).hasSize(5);
        jobs.complete(List.of(new JobStore.Ending(only, Map.of(), 0)));
        assertThat(claim(type, 10, Map.of())).as("alone it gets all there is").hasSize(10);
    }

    @Test
    void letsATenantHaveNoMoreThanItsCapWhoeverClaims() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID one = Ids.next();
        UUID other = Ids.next();
        for (int i = 0; i < 9; i++) {
            enqueueFor(one, type, job -> job);
            enqueueFor(other, type, job -> job);
        }
        Map<String, Integer> caps = Map.of(type.name(), 3);
        List<Claim> claims = new ArrayList<>(claim(type, 4, caps));
        claims.addAll(claim(type, 20, caps));
        claims.addAll(claim(type, 20, caps));
        assertThat(claims).filteredOn(each -> each.tenantId().equals(one)).hasSize(3);
        assertThat(claims).filteredOn(each -> each.tenantId().equals(other)).hasSize(3);
    }

    @Test
    void runsJobsOfASerialKeyOneAtATime() throws Exception {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        Set<UUID> serial = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            serial.add(enqueueFor(tenant, type, job -> job.oneAtATimePer("mailbox")));
        }
        UUID free = enqueueFor(tenant, type, job -> job);
        List<Claim> first = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<Claim>>> claiming = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                claiming.add(threads.submit(() -> claim(type, 3, Map.of())));
            }
            for (Future<List<Claim>> each : claiming) {
                first.addAll(each.get());
            }
        }
        assertThat(first).extracting(Claim::jobId).contains(free).hasSize(2);
        first.stream()
                .filter(each -> serial.contains(each.jobId()))
                .forEach(each -> jobs.complete(List.of(new JobStore.Ending(each.jobId(), Map.of(), 0))));
        assertThat(claim(type, 3, Map.of()))
                .singleElement()
                .satisfies(next -> assertThat(serial).contains(next.jobId()));
    }

    /** A completed job's event is put together when it is read: in SQL for streams, in Java for Kafka. */
    @Test
    void publishesACompletedJobExactlyAsItIsShown() throws InterruptedException {
        Probe type = Probe.that(work -> {
            work.progress(2, 3);
            return new Outcome.Completed(Map.of("text", "ü \" \\ \n", "number", 1.5));
        });
        UUID id = enqueue(type, Priority.HIGH, Duration.ofSeconds(1));
        runOne(worker("shown-" + Ids.next(), type));
        JobView shown = job(id);
        await().atMost(SOON).untilAsserted(() -> {
            List<JobView> told = TestEvents.read(
                            Topics.JOB_STATUS, event -> id.toString().equals(event.key()))
                    .stream()
                    .map(event -> json.read(event.value(), JobStatusChanged.class))
                    .filter(event ->
                            event.job().jobId().equals(id) && event.type().equals("job.completed"))
                    .map(JobStatusChanged::job)
                    .toList();
            assertThat(told).containsExactly(shown);
        });
    }

    /** More than the relay takes at a time, in one row of the table. */
    @Test
    void publishesEachOfManyThatCompletedTogetherOnce() throws InterruptedException {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of("text", "x".repeat(100_000))));
        Set<UUID> asked = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            asked.add(enqueue(type));
        }
        Worker worker = worker("together-" + Ids.next(), type);
        assertThat(worker.claimOnce()).isEqualTo(100);
        await().atMost(SOON).until(() -> worker.waitingEnds() == 100);
        assertThat(worker.endOnce(SOON)).isEqualTo(100);
        assertThat(sql.list(
                        "SELECT events FROM job_event_batch WHERE tenant_id = ?", row -> row.integer("events"), tenant))
                .containsExactly(100);
        List<String> ids =
                sql.list("SELECT id::text AS id FROM job_event WHERE tenant_id = ?", row -> row.text("id"), tenant);
        await().atMost(SOON).untilAsserted(() -> {
            List<ConsumerRecord<String, byte[]>> told =
                    TestEvents.read(Topics.JOB_STATUS, event -> asked.contains(UUID.fromString(event.key())));
            assertThat(told)
                    .extracting(event -> UUID.fromString(event.key()))
                    .containsExactlyInAnyOrderElementsOf(asked);
            assertThat(told)
                    .extracting(event -> new String(
                            event.headers().lastHeader(EventHeaders.ID).value(), StandardCharsets.UTF_8))
                    .containsExactlyInAnyOrderElementsOf(ids);
        });
    }

    @Test
    void removesOldEventsFromTheFrontOfTheirOrder() {
        Probe type = Probe.that(work -> new Outcome.Completed(Map.of()));
        UUID old = enqueue(type);
        jobs.cancel(tenant, old);
        UUID young = enqueue(type);
        jobs.cancel(tenant, young);
        sql.update(
                "UPDATE job_event_batch SET created_at = created_at - interval '25 hours' WHERE job_ids = ARRAY[?::uuid]",
                old);
        await("until they are published").atMost(SOON).untilAsserted(() -> {
            new Chores.OldEvents(sql).run();
            assertThat(events(old)).isEmpty();
        });
        assertThat(events(young)).hasSize(1);
    }
}
