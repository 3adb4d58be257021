package io.throughline.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.JobFilter;
import io.throughline.jobs.queue.JobList;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.Priority;
import io.throughline.jobs.schedule.FireSchedules.Turn;
import io.throughline.jobs.schedule.Schedule.Wanted;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time is that of the test, years ahead, so that the service's own loop finds nothing due. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class FireSchedulesTest {

    private static final Instant START = Instant.parse("2039-05-02T09:00:00Z");
    private static final int REPLICAS = 6;

    @Inject
    ScheduleStore schedules;

    @Inject
    FireSchedules fire;

    @Inject
    JobStore jobs;

    @Inject
    JobList list;

    @Inject
    Sql sql;

    private final UUID tenant = Ids.next();

    @BeforeEach
    void othersRest() {
        sql.update("UPDATE schedule SET next_at = NULL");
    }

    @AfterEach
    void othersGoOn() {
        sql.update("DELETE FROM schedule WHERE tenant_id = ?", tenant);
        sql.update(
                "UPDATE schedule SET next_at = clock_timestamp() WHERE tenant_id = ? AND enabled",
                SystemSchedules.TENANT);
    }

    private Wanted wanted(String cron, Missed missed) {
        return new Wanted(cron, "UTC", "echo", Map.of(), Priority.NORMAL, missed, true);
    }

    private Schedule schedule(String name, String cron, Missed missed) {
        return schedules.put(tenant, tenant, name, wanted(cron, missed), START).schedule();
    }

    private Schedule now(String name) {
        return schedules.find(tenant, name).orElseThrow();
    }

    private List<JobView> made() {
        return list.page(tenant, JobFilter.ALL, null, null, 10_000).jobs();
    }

    private static <T> List<T> inEveryReplica(Callable<T> work) throws Exception {
        try (ExecutorService replicas = Executors.newFixedThreadPool(REPLICAS)) {
            List<Future<T>> begun = new ArrayList<>();
            for (int i = 0; i < REPLICAS; i++) {
                begun.add(replicas.submit(work));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : begun) {
                results.add(each.get());
            }
            return results;
        }
    }

    @Test
    void makesOneJobOfASlotHoweverManyReplicasLook() throws Exception {
        int count = 20;
        int minutes = 15;
        for (int i = 0; i < count; i++) {
            schedules.put(
                    tenant,
                    tenant,
                    "s" + i,
                    new Wanted("* * * * *", "UTC", "echo", Map.of("n", i), Priority.HIGH, Missed.ALL, true),
                    START);
        }
        List<Integer> madeByEach = inEveryReplica(() -> {
            int made = 0;
            for (int minute = 1; minute <= minutes; minute++) {
                made += fire.turn(START.plus(Duration.ofMinutes(minute))).jobs();
            }
            return made;
        });
        Turn rest = fire.turn(START.plus(Duration.ofMinutes(minutes)));
        assertThat(madeByEach.stream().mapToInt(each -> each).sum() + rest.jobs())
                .isEqualTo(count * minutes);
        Map<Object, Long> perSchedule = made().stream()
                .collect(Collectors.groupingBy(job -> ((Map<?, ?>) job.parameters()).get("n"), Collectors.counting()));
        assertThat(perSchedule).hasSize(count);
        assertThat(perSchedule.values()).containsOnly((long) minutes);
        assertThat(made()).extracting(JobView::priority).containsOnly("high");
        for (Schedule each : schedules.list(tenant, null, count)) {
            assertThat(each.lastAt()).isEqualTo(START.plus(Duration.ofMinutes(minutes)));
            assertThat(each.nextAt()).isEqualTo(START.plus(Duration.ofMinutes(minutes + 1)));
            assertThat(jobs.find(tenant, each.lastJobId())).isPresent();
        }
    }

    @Test
    void loopsOfManyReplicasFireByTheClockOfTheDatabase() throws Exception {
        int days = 150;
        Instant today = schedules.now().truncatedTo(ChronoUnit.DAYS);
        schedule("daily", "0 0 * * *", Missed.ALL);
        sql.update("UPDATE schedule SET next_at = ? WHERE tenant_id = ?", today.minus(Duration.ofDays(days)), tenant);
        inEveryReplica(() -> new ScheduleLoop(schedules, fire, false).runOnce());
        await().untilAsserted(() -> assertThat(now("daily").nextAt()).isAfter(schedules.now()));
        long expected = Duration.between(
                                today.minus(Duration.ofDays(days)), now("daily").lastAt())
                        .toDays()
                + 1;
        assertThat(expected).isGreaterThan(days);
        assertThat(made()).hasSize((int) expected);
    }

    @Test
    void skipsWhatIsLateByMoreThanAMinute() {
        schedule("s", "0 10 * * *", Missed.SKIP);
        Instant slot = Instant.parse("2039-05-02T10:00:00Z");
        assertThat(fire.turn(slot.minusMillis(1))).isEqualTo(new Turn(0, 0));
        assertThat(fire.turn(slot.plusSeconds(61))).isEqualTo(new Turn(1, 0));
        assertThat(now("s").nextAt()).isEqualTo(Instant.parse("2039-05-03T10:00:00Z"));
        assertThat(now("s").lastAt()).isNull();
        assertThat(fire.turn(Instant.parse("2039-05-03T10:01:00Z"))).isEqualTo(new Turn(1, 1));
        assertThat(now("s").lastAt()).isEqualTo(Instant.parse("2039-05-03T10:00:00Z"));
        assertThat(fire.turn(Instant.parse("2039-05-09T10:00:30Z"))).isEqualTo(new Turn(1, 1));
        assertThat(now("s").lastAt()).isEqualTo(Instant.parse("2039-05-09T10:00:00Z"));
        assertThat(made()).hasSize(2);
    }

    @Test
    void makesOneJobOfAllThatWasMissed() {
        schedule("s", "*/10 * * * *", Missed.ONCE);
        assertThat(fire.turn(Instant.parse("2039-05-07T12:34:56Z"))).isEqualTo(new Turn(1, 1));
        assertThat(now("s").lastAt()).isEqualTo(Instant.parse("2039-05-07T12:30:00Z"));
        assertThat(now("s").nextAt()).isEqualTo(Instant.parse("2039-05-07T12:40:00Z"));
        assertThat(made()).extracting(JobView::jobId).containsExactly(now("s").lastJobId());
    }

    @Test
    void makesAJobOfEachThatWasMissedAThousandATurn() {
        schedule("s", "* * * * *", Missed.ALL);
        Instant later = START.plus(Duration.ofMinutes(2500));
        assertThat(fire.turn(later)).isEqualTo(new Turn(1, 1000));
        assertThat(now("s").lastAt()).isEqualTo(START.plus(Duration.ofMinutes(1000)));
        assertThat(fire.turn(later)).isEqualTo(new Turn(1, 1000));
        assertThat(fire.turn(later)).isEqualTo(new Turn(1, 500));
        assertThat(fire.turn(later)).isEqualTo(new Turn(0, 0));
        assertThat(made()).extracting(JobView::jobId).doesNotHaveDuplicates().hasSize(2500);
    }

    @Test
    void aTurnThatFailsLeavesTheSlotDue() {
        schedule("s", "0 10 * * *", Missed.ONCE);
        Instant slot = Instant.parse("2039-05-02T10:00:00Z");
        assertThatThrownBy(() -> sql.inTransaction(() -> {
                    assertThat(fire.turn(slot)).isEqualTo(new Turn(1, 1));
                    throw new IllegalStateException("the replica dies here");
                }))
                .hasStackTraceContaining("the replica dies here");
        assertThat(made()).isEmpty();
        assertThat(now("s").nextAt()).isEqualTo(slot);
        assertThat(fire.turn(slot)).isEqualTo(new Turn(1, 1));
    }

    @Test
    void leavesWhatAnotherReplicaIsAtAndDoesNotWait() throws Exception {
        schedule("s", "0 10 * * *", Missed.ONCE);
        Instant slot = Instant.parse("2039-05-02T10:00:00Z");
        List<Turn> others = new ArrayList<>();
        sql.inTransaction(() -> {
            assertThat(fire.turn(slot)).isEqualTo(new Turn(1, 1));
            return others.addAll(inEveryReplica(() -> fire.turn(slot)));
        });
        assertThat(others).hasSize(REPLICAS).containsOnly(new Turn(0, 0));
        assertThat(made()).hasSize(1);
    }

    @Test
    void aSlotThatComesUpAgainMakesNoSecondJob() {
        Schedule schedule = schedule("s", "0 10 * * *", Missed.ALL);
        Instant slot = Instant.parse("2039-05-02T10:00:00Z");
        fire.turn(slot);
        sql.update("UPDATE schedule SET next_at = ? WHERE id = ?", slot, schedule.id());
        assertThat(fire.turn(slot)).isEqualTo(new Turn(1, 0));
        assertThat(made()).hasSize(1);
        assertThat(made().getFirst().jobId().version()).isEqualTo(7);
        assertThat(made().getFirst().jobId().variant()).isEqualTo(2);
        assertThat(now("s").lastAt()).isEqualTo(slot);
    }

    @Test
    void jobsOfOurOwnSchedulesWaitForOneAnother() {
        Wanted sleep =
                new Wanted("* * * * *", "UTC", "sleep", Map.of("millis", 600_000), Priority.LOW, Missed.ONCE, true);
        schedules.addOwn(tenant, "own", sleep, START);
        schedules.addOwn(tenant, "own", wanted("0 0 1 1 *", Missed.ALL), START);
        assertThat(now("own").wanted()).isEqualTo(sleep);
        assertThat(fire.turn(START.plusSeconds(60)).jobs()).isEqualTo(1);
        UUID first = now("own").lastJobId();
        assertThat(fire.turn(START.plusSeconds(120))).isEqualTo(new Turn(1, 0));
        assertThat(now("own").lastJobId()).isEqualTo(first);
        jobs.cancel(tenant, first);
        assertThat(fire.turn(START.plusSeconds(180)).jobs()).isEqualTo(1);
        jobs.cancel(tenant, now("own").lastJobId());
    }

    @Test
    void oneThatCannotBeReadHoldsUpNoOther() {
        Schedule broken = schedule("broken", "0 10 * * *", Missed.ALL);
        sql.update("UPDATE schedule SET cron = 'x' WHERE id = ?", broken.id());
        schedule("sound", "0 10 * * *", Missed.ALL);
        assertThat(fire.turn(Instant.parse("2039-05-02T10:00:00Z"))).isEqualTo(new Turn(2, 1));
        assertThat(now("broken").nextAt()).isNull();
        assertThat(now("sound").nextAt()).isEqualTo(Instant.parse("2039-05-03T10:00:00Z"));
    }

    @Test
    void puttingTheSameTimesKeepsASlotThatIsDue() {
        schedule("s", "0 10 * * *", Missed.ONCE);
        Instant after = Instant.parse("2039-05-02T10:00:00.1Z");
        Instant slot = Instant.parse("2039-05-02T10:00:00Z");
        assertThat(schedules
                        .put(tenant, tenant, "s", wanted("0 10 * * *", Missed.SKIP), after)
                        .schedule()
                        .nextAt())
                .isEqualTo(slot);
        assertThat(schedules
                        .put(tenant, tenant, "s", wanted("5 10 * * *", Missed.SKIP), after)
                        .schedule()
                        .nextAt())
                .isEqualTo(Instant.parse("2039-05-02T10:05:00Z"));
    }

    @Test
    void firesInItsTimeZoneWhereClocksChange() {
        Wanted nightly = new Wanted("30 2 * * *", "Europe/Berlin", "echo", Map.of(), Priority.NORMAL, Missed.ALL, true);
        schedules.put(tenant, tenant, "s", nightly, Instant.parse("2039-03-26T12:00:00Z"));
        assertThat(now("s").nextAt()).isEqualTo(Instant.parse("2039-03-27T01:00:00Z"));
        assertThat(fire.turn(Instant.parse("2039-03-27T23:00:00Z")).jobs()).isEqualTo(1);
        assertThat(now("s").nextAt()).isEqualTo(Instant.parse("2039-03-28T00:30:00Z"));
    }
}
