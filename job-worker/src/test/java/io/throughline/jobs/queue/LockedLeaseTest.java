package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** One job's lease is locked by a transaction that takes its time; the worker's other jobs do not notice. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class LockedLeaseTest {

    @Inject
    Leases leases;

    @Inject
    JobStore jobs;

    @Inject
    Sql sql;

    @Inject
    Json json;

    private final UUID tenant = Ids.next();

    private UUID enqueue(Probe type) {
        UUID id = Ids.next();
        jobs.enqueue(NewJob.of(id, tenant, tenant, type.name(), Map.of()));
        return id;
    }

    private JobView job(UUID id) {
        return jobs.find(tenant, id).orElseThrow();
    }

    private Instant leaseOf(UUID job) {
        return sql.first("SELECT lease_until FROM job_lease WHERE job_id = ?", row -> row.instant("lease_until"), job)
                .orElseThrow();
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Runs a step while another transaction has the job's lease locked. */
    private void whileLocked(UUID job, Step step) throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<?> transaction = other.submit(() -> sql.inTransaction(() -> {
                sql.list("SELECT 1 FROM job_lease WHERE job_id = ? FOR UPDATE", row -> true, job);
                locked.countDown();
                return await(release);
            }));
            try {
                locked.await();
                step.run();
            } finally {
                release.countDown();
            }
            transaction.get();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aHeartbeatExtendsTheOthersAndStopsNobody() throws Exception {
        Probe type = Probe.that(work -> {
            work.pause(Duration.ofMinutes(10));
            return new Outcome.Completed(Map.of());
        });
        UUID locked = enqueue(type);
        UUID other = enqueue(type);
        try (Worker worker = HandDriven.worker("beats-" + Ids.next(), HandDriven.PATIENT, leases, json, type)) {
            assertThat(worker.claimOnce()).isEqualTo(2);
            Instant lockedBefore = leaseOf(locked);
            Instant otherBefore = leaseOf(other);
            whileLocked(locked, () -> {
                worker.keepLeases();
                assertThat(leaseOf(other)).isAfter(otherBefore);
                assertThat(leaseOf(locked)).isEqualTo(lockedBefore);
            });
            assertThat(worker.running()).isEqualTo(2);
            worker.keepLeases();
            assertThat(leaseOf(locked)).isAfter(lockedBefore);
            worker.drain();
        }
    }

    @Test
    void progressIsWrittenOfTheOthersAndOfTheLockedOneLater() throws Exception {
        CountDownLatch reported = new CountDownLatch(2);
        Probe type = Probe.that(work -> {
            work.progress(3, 10);
            reported.countDown();
            work.pause(Duration.ofMinutes(10));
            return new Outcome.Completed(Map.of());
        });
        UUID locked = enqueue(type);
        UUID other = enqueue(type);
        try (Worker worker = HandDriven.worker("tells-" + Ids.next(), HandDriven.PATIENT, leases, json, type)) {
            worker.claimOnce();
            reported.await();
            whileLocked(locked, () -> {
                worker.writeProgress();
                assertThat(job(other).progress().done()).isEqualTo(3);
                assertThat(job(locked).progress().done()).isZero();
            });
            worker.writeProgress();
            assertThat(job(locked).progress().done()).isEqualTo(3);
            worker.drain();
        }
    }

    @Test
    void aRunThatLostADeadlockIsRunAgainAndNotCounted() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        Probe type = Probe.that(work -> {
            if (first.getAndSet(false)) {
                sql.update("DO 'BEGIN RAISE SQLSTATE ''40P01''; END'");
            }
            return new Outcome.Completed(Map.of());
        });
        UUID id = enqueue(type);
        try (Worker worker = HandDriven.worker("loses-" + Ids.next(), HandDriven.PATIENT, leases, json, type)) {
            worker.claimOnce();
            worker.endOnce(Duration.ofSeconds(20));
            assertThat(job(id).status()).isEqualTo("pending");
            assertThat(job(id).attempt()).isZero();
            worker.claimOnce();
            worker.endOnce(Duration.ofSeconds(20));
            assertThat(job(id).status()).isEqualTo("completed");
            assertThat(job(id).attempt()).isEqualTo(1);
        }
    }
}
