package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.system.workers.Faults.Cut;
import io.throughline.system.workers.Faults.Fault;
import io.throughline.system.workers.JobHistory.Final;
import io.throughline.system.workers.JobHistory.Rescue;
import io.throughline.system.workers.JobHistory.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Workers are killed with {@code kill -9} and frozen for longer than their leases last, under load and with a schedule that
 * is due each second. No job is lost, nothing is done twice, and what is stranded goes on soon.
 *
 * <p>Small in every run, larger with {@code -Dthroughline.crash.jobs=5000 -Dthroughline.crash.faults=200}; {@code -Dseed=…}
 * repeats the jobs and faults of a run, though not its timing. The whole command is in {@code CONTRIBUTING.md}.
 */
@ExtendWith(SharedFleet.class)
class KilledWorkersIT {

    private static final int JOBS = Integer.getInteger("throughline.crash.jobs", 300);
    private static final int FAULTS = Integer.getInteger("throughline.crash.faults", 10);
    private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(30);

    private final Fleet fleet;

    KilledWorkersIT(Fleet fleet) {
        this.fleet = fleet;
    }

    @Test
    void losesNoJobAndDoesNothingTwice() throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("KilledWorkersIT seed " + seed + ", jobs " + JOBS + ", faults " + FAULTS);
        Random random = new Random(seed);
        Tenant tenant = fleet.tenant();
        fleet.ledger().answerAfter(call -> 50L + Math.floorMod(call.attempt().hashCode() ^ seed, 1_000L));
        Faults faults = new Faults(fleet, random);
        EverySecond everySecond = EverySecond.begin(fleet, tenant);
        Set<UUID> requested;
        try (JobLoad load = new JobLoad(fleet, tenant, random)) {
            for (int fault = 1; fault <= FAULTS; fault++) {
                load.request(JOBS * fault / FAULTS - JOBS * (fault - 1) / FAULTS);
                faults.strike();
            }
            faults.end();
            requested = load.requested();
        }
        everySecond.end();
        fleet.awaitEnds(tenant, requested);

        Verdict verdict = new Verdict(fleet, tenant);
        verdict.nothingWasDoneTwice();
        assertThat(requested).hasSize(JOBS);
        List<Rescue> rescues = fleet.history().rescues(tenant);
        Set<UUID> givenUp = givenUp(verdict.jobs(), rescues);
        assertThat(verdict.jobs()).allMatch(job -> job.status().equals("completed") || givenUp.contains(job.id()));
        assertThat(faults.cuts()).isNotEmpty();
        assertNoneLate(
                faults.cuts(),
                Cut::job,
                cut -> cut.pause() != null && cut.pause().compareTo(GOES_ON_WITHIN) <= 0);
        assertNoneLate(
                fleet.history().waits(tenant), Wait::job, wait -> wait.took().compareTo(GOES_ON_WITHIN) <= 0);
        int seconds = everySecond.checkOncePerSecond(verdict.calls());
        System.out.println(
                report(faults, verdict, rescues.size(), fleet.history().waits(tenant), seconds));
    }

    private <T> void assertNoneLate(List<T> all, Function<T, UUID> job, Predicate<T> inTime) {
        List<T> late = all.stream().filter(inTime.negate()).toList();
        assertThat(late)
                .as(() -> late.stream()
                        .map(each -> each + "\n" + fleet.history().told(job.apply(each)))
                        .collect(Collectors.joining("\n\n")))
                .isEmpty();
    }

    /** Jobs that lost three workers in a row, for they may be what kills, and workflows of which they were steps. */
    private static Set<UUID> givenUp(List<Final> jobs, List<Rescue> rescues) {
        List<Final> dead =
                jobs.stream().filter(job -> lostThreeWorkers(job, rescues)).toList();
        return dead.stream()
                .flatMap(job -> Stream.of(job.id(), job.parent()))
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    private static boolean lostThreeWorkers(Final job, List<Rescue> rescues) {
        Set<Long> lost = rescues.stream()
                .filter(rescue -> rescue.job().equals(job.id()))
                .map(Rescue::fence)
                .collect(Collectors.toSet());
        return "worker_died".equals(job.error())
                && lost.containsAll(List.of(job.fence() - 2, job.fence() - 1, job.fence()));
    }

    private static String report(Faults faults, Verdict verdict, int leasesLost, List<Wait> claims, int seconds) {
        List<Duration> waits = faults.cuts().stream().map(Cut::pause).sorted().toList();
        long frozen = faults.struck().stream().filter(Fault::frozen).count();
        return """
                kills %d, freezes %d
                jobs %s, given up after three workers %d; lost 0, completed twice 0
                calls outside %d, of jobs %d; attempts heard twice 0
                leases that ran out %d; changes by those who had lost them 0
                runs cut off %d, gone on after %d ms at the median and %d ms at the latest
                claims of jobs put back %d, after %d ms at the latest
                seconds of the schedule %d, each fired once""".formatted(
                faults.struck().size() - frozen,
                frozen,
                verdict.jobs().stream()
                        .collect(Collectors.groupingBy(Final::type, TreeMap::new, Collectors.counting())),
                verdict.jobs().stream()
                        .filter(job -> job.status().equals("failed"))
                        .count(),
                verdict.calls().size(),
                verdict.calls().stream().map(OutsideLedger.Call::job).distinct().count(),
                leasesLost,
                waits.size(),
                waits.get(waits.size() / 2).toMillis(),
                waits.getLast().toMillis(),
                claims.size(),
                claims.stream()
                        .map(Wait::took)
                        .max(Duration::compareTo)
                        .orElseThrow()
                        .toMillis(),
                seconds);
    }
}
