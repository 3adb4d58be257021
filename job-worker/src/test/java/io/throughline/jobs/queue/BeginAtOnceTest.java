package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.jobs.queue.HandDriven.Settings;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job put in where there is room is put in with its lease and runs; everywhere else it waits its turn. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class BeginAtOnceTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Inject
    Leases leases;

    @Inject
    JobStore jobs;

    @Inject
    LocalWorker local;

    @Inject
    Sql sql;

    @Inject
    Json json;

    private final UUID tenant = Ids.next();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<Worker> opened = new ArrayList<>();
    private Optional<Worker> own;

    @BeforeEach
    void rememberTheServicesWorker() {
        own = local.get();
    }

    @AfterEach
    void giveTheServiceItsWorkerBack() {
        goOn.countDown();
        opened.forEach(Worker::close);
        local.is(own.orElse(null));
    }

    private Probe held() {
        return Probe.that(work -> {
            goOn.await();
            return new Outcome.Completed(Map.of("fine", true));
        });
    }

    private Worker worker(Map<String, Integer> tenantConcurrency, Probe type) {
        Worker worker = HandDriven.worker(
                "here-" + Ids.next(),
                new Settings(Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ZERO, tenantConcurrency),
                leases,
                json,
                type);
        opened.add(worker);
        local.is(worker);
        return worker;
    }

    private NewJob job(Probe type) {
        return NewJob.of(Ids.next(), tenant, tenant, type.name(), Map.of());
    }

    private String status(UUID id) {
        return jobs.find(tenant, id).orElseThrow().status();
    }

    @Test
    void runsWithoutAClaimWhereThereIsRoom() throws InterruptedException {
        Probe type = held();
        Worker worker = worker(Map.of(), type);
        var told = jobs.enqueueAndBegin(job(type));
        assertThat(told.status()).isEqualTo("pending");
        assertThat(status(told.jobId())).isEqualTo("processing");
        assertThat(leases.claim("other", Map.of(type.name(), 1), Map.of(), SOON, List.of()))
                .isEmpty();
        goOn.countDown();
        assertThat(worker.endOnce(SOON)).isEqualTo(1);
        var done = jobs.find(tenant, told.jobId()).orElseThrow();
        assertThat(done.status()).isEqualTo("completed");
        assertThat(done.attempt()).isEqualTo(1);
    }

    @Test
    void waitsWhereThereIsNoRoomAndIsClaimedWhenThereIs() throws InterruptedException {
        Probe type = held().atMost(1);
        Worker worker = worker(Map.of(), type);
        jobs.enqueueAndBegin(job(type));
        UUID second = jobs.enqueueAndBegin(job(type)).jobId();
        assertThat(status(second)).isEqualTo("pending");
        assertThat(worker.claimOnce()).isZero();
        goOn.countDown();
        assertThat(worker.endOnce(SOON)).isEqualTo(1);
        UUID third = jobs.enqueueAndBegin(job(type)).jobId();
        assertThat(status(third)).as("the second was there before").isEqualTo("pending");
        assertThat(worker.claimOnce()).isEqualTo(1);
        assertThat(status(second)).isNotEqualTo("pending");
    }

    @Test
    void takesNoPlaceForGoodWhenThereIsNothingToBegin() {
        Probe type = held().atMost(2);
        worker(Map.of(), type);
        UUID first = jobs.enqueueAndBegin(job(type).onceUnfinishedPer("key")).jobId();
        for (int i = 0; i < 5; i++) {
            assertThat(jobs.enqueueAndBegin(job(type).onceUnfinishedPer("key")).jobId())
                    .isEqualTo(first);
        }
        assertThat(status(jobs.enqueueAndBegin(job(type)).jobId())).isEqualTo("processing");
    }

    @Test
    void leavesItsTurnToLaterJobsSerialOnesAndTenantsWithACap() {
        Probe type = held();
        worker(Map.of(), type);
        UUID later = jobs.enqueueAndBegin(job(type).startingAt(Instant.now().plusSeconds(60)))
                .jobId();
        UUID serial = jobs.enqueueAndBegin(job(type).oneAtATimePer("mailbox")).jobId();
        assertThat(List.of(status(later), status(serial))).containsOnly("pending");
        worker(Map.of(type.name(), 1), type);
        assertThat(status(jobs.enqueueAndBegin(job(type)).jobId())).isEqualTo("pending");
    }

    @Test
    void aWorkerThatIsClosedHandsBackWhatCameTooLate() {
        Probe type = held();
        Worker worker = worker(Map.of(), type);
        assertThat(worker.takePlace(type.name())).isTrue();
        jobs.enqueue(job(type));
        var claim = leases.claim(worker.id(), Map.of(type.name(), 1), Map.of(), SOON, List.of())
                .getFirst();
        worker.close();
        worker.begin(claim);
        assertThat(sql.list("SELECT 1 FROM job_lease WHERE job_id = ?", row -> 1, claim.jobId()))
                .isEmpty();
        assertThat(jobs.find(tenant, claim.jobId()).orElseThrow().attempt()).isZero();
    }

    @Test
    void aDelayedJobBeginsWhenItIsDueAndNotAtTheNextPoll() {
        goOn.countDown();
        Probe type = held();
        Worker worker = worker(Map.of(), type);
        worker.start();
        UUID id = jobs.enqueue(job(type).startingAt(Instant.now().plusMillis(400)))
                .jobId();
        await().atMost(SOON).until(() -> status(id).equals("completed"));
    }
}
