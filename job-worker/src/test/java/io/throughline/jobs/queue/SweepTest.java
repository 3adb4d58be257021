package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.jobs.queue.Leases.Claim;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Claims go on where the last one ended; what came in front of that place is found nevertheless. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class SweepTest {

    private static final Duration LEASE = Duration.ofMinutes(5);

    @Inject
    Leases leases;

    @Inject
    JobStore jobs;

    @Inject
    Json json;

    @Inject
    Sql sql;

    @Inject
    DataSource database;

    private final UUID tenant = Ids.next();
    private final String type = "swept_" + Ids.next();

    private List<UUID> enqueue(int count, Priority priority, Instant runAt) {
        List<NewJob> wanted = IntStream.range(0, count)
                .mapToObj(any -> NewJob.of(Ids.next(), tenant, tenant, type, Map.of())
                        .withPriority(priority)
                        .startingAt(runAt))
                .toList();
        jobs.enqueueAll(wanted);
        return wanted.stream().map(NewJob::id).toList();
    }

    @Test
    void looksAtTheBeginningAgainSoonHoweverLongAClaimTook() {
        assertThat(Sweep.length(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(100));
        assertThat(Sweep.length(Duration.ofMillis(50))).isEqualTo(Duration.ofMillis(500));
        assertThat(Sweep.length(Duration.ofSeconds(9))).isEqualTo(Duration.ofSeconds(2));
    }

    private List<Claim> claim(int free, Sweep sweep) {
        Map<String, Integer> asked = Map.of(type, free);
        List<Claim> claims = leases.claim("sweeper", asked, Map.of(), LEASE, sweep.places(asked.keySet()));
        sweep.claimed(asked, claims, Duration.ofMinutes(1));
        return claims;
    }

    @Test
    void claimsInTheSameOrderWithAndWithoutAPlaceToBeginAt() {
        Instant due = Instant.now().minusSeconds(900);
        List<UUID> expected = new ArrayList<>(enqueue(40, Priority.HIGH, due));
        expected.addAll(enqueue(40, Priority.NORMAL, due));
        expected.addAll(enqueue(40, Priority.LOW, due.plusSeconds(3)));
        Sweep sweep = new Sweep();
        List<UUID> claimed = new ArrayList<>();
        for (int i = 0; i < 30 && claimed.size() < expected.size(); i++) {
            claim(7, sweep).forEach(each -> claimed.add(each.jobId()));
        }
        assertThat(claimed).containsExactlyElementsOf(expected);
    }

    @Test
    void sweepsEndWhenTheQueueIsShorterThanTheRoom() {
        Sweep sweep = new Sweep();
        enqueue(10, Priority.NORMAL, Instant.now().minusSeconds(10));
        assertThat(claim(10, sweep)).hasSize(10);
        assertThat(sweep.places(List.of(type))).hasSize(1);
        List<UUID> before = enqueue(1, Priority.NORMAL, Instant.now().minusSeconds(3600));
        assertThat(claim(10, sweep)).as("not read again at once").isEmpty();
        assertThat(sweep.places(List.of(type))).isEmpty();
        assertThat(claim(10, sweep)).extracting(Claim::jobId).isEqualTo(before);
    }

    @Test
    void sweepsEndWithTime() throws InterruptedException {
        Sweep sweep = new Sweep();
        enqueue(1, Priority.NORMAL, Instant.now().minusSeconds(10));
        List<Claim> claims = leases.claim("sweeper", Map.of(type, 1), Map.of(), LEASE, List.of());
        assertThat(sweep.claimed(Map.of(type, 1), claims, Duration.ZERO)).isEmpty();
        assertThat(sweep.places(List.of(type))).hasSize(1);
        Thread.sleep(150);
        assertThat(sweep.places(List.of(type))).isEmpty();
    }

    @Test
    void aWorkerFindsWhatCameInFrontOfItsPlace() throws InterruptedException {
        Probe probe = Probe.that(work -> new Outcome.Completed(Map.of())).atMost(5);
        try (Worker worker = HandDriven.worker("sweeping", HandDriven.PATIENT, leases, json, probe)) {
            Instant due = Instant.now().minusSeconds(10);
            jobs.enqueueAll(IntStream.range(0, 5)
                    .mapToObj(any -> NewJob.of(Ids.next(), tenant, tenant, probe.name(), Map.of())
                            .startingAt(due))
                    .toList());
            assertThat(worker.claimOnce()).isEqualTo(5);
            jobs.enqueue(NewJob.of(Ids.next(), tenant, tenant, probe.name(), Map.of())
                    .startingAt(due.minusSeconds(3600)));
            for (int ended = 0; ended < 5; ) {
                ended += worker.endOnce(Duration.ofSeconds(10));
            }
            assertThat(worker.claimOnce()).isEqualTo(1);
        }
    }

    /** A report, a backup, an ANALYZE: nothing that ended meanwhile may leave the indexes. */
    @Test
    void whatClaimsReadDoesNotGrowWithTheJobsDoneWhileAnOldSnapshotIsHeld() throws Exception {
        enqueue(3100, Priority.NORMAL, Instant.now().minusSeconds(10));
        try (Connection connection = database.getConnection();
                Statement held = connection.createStatement()) {
            connection.setAutoCommit(false);
            held.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            held.execute("SELECT count(*) FROM job_lease");
            Sweep sweep = new Sweep();
            for (int done = 0; done < 3000; done += 500) {
                List<Claim> batch = claim(500, sweep);
                assertThat(batch).hasSize(500);
                jobs.complete(batch.stream()
                        .map(each -> new JobStore.Ending(each.jobId(), Map.of(), 0))
                        .toList());
            }
            long fromTheBeginning = entriesReadByAClaim(List.of());
            long fromThePlace = entriesReadByAClaim(sweep.places(List.of(type)));
            connection.rollback();
            assertThat(fromThePlace).isLessThan(100);
            assertThat(fromTheBeginning).as("the test shows what it is about").isGreaterThan(3000);
        }
    }

    private long entriesReadByAClaim(List<Sweep.Place> places) {
        return sql.inTransaction(() -> {
            long before = entriesRead();
            assertThat(leases.claim("counted", Map.of(type, 10), Map.of(), LEASE, places))
                    .hasSize(10);
            return entriesRead() - before;
        });
    }

    /** Of the queue's index, by this connection, those of jobs that ended included. */
    private long entriesRead() {
        return sql.one("SELECT pg_stat_get_xact_tuples_returned('job_is_due'::regclass) AS n", row -> row.number("n"));
    }
}
