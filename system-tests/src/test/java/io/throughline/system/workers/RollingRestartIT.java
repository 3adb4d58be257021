package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.system.workers.JobHistory.HandedBack;
import io.throughline.system.workers.JobHistory.Rescue;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** All workers are asked to end (SIGTERM) and replaced, one after another, while jobs come in. */
@ExtendWith(SharedFleet.class)
class RollingRestartIT {

    private final Fleet fleet;

    RollingRestartIT(Fleet fleet) {
        this.fleet = fleet;
    }

    @Test
    void failsNoJobAndCountsNoAttempt() throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("RollingRestartIT seed " + seed);
        Tenant tenant = fleet.tenant();
        fleet.ledger().answerAfter(call -> 50L + Math.floorMod(call.attempt().hashCode() ^ seed, 500L));
        Map<String, Instant> asked = new HashMap<>();
        Set<UUID> requested;
        try (JobLoad load = new JobLoad(fleet, tenant, new Random(seed))) {
            for (Replica replica : fleet.replicas()) {
                load.request(20);
                Fleet.patiently("it holds a job that has got somewhere and will not end while it drains")
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> {
                            load.sleep(6_000, 24);
                            return fleet.history().holdsSleepOfMoreThan(3_000, replica.process());
                        });
                asked.put(replica.process(), fleet.history().now());
                Process old = replica.terminate();
                Fleet.patiently("it has drained").until(() -> {
                    load.request();
                    return !old.isAlive();
                });
                replica.start();
                Fleet.patiently("its successor is ready").until(() -> {
                    load.request();
                    return replica.ready();
                });
            }
            requested = load.requested();
        }
        fleet.awaitEnds(tenant, requested);

        Verdict verdict = new Verdict(fleet, tenant);
        verdict.nothingWasDoneTwice();
        List<Rescue> rescues = fleet.history().rescues(tenant);
        assertThat(rescues)
                .as("who was asked to end gave back what it held")
                .noneMatch(rescue ->
                        asked.containsKey(rescue.worker()) && rescue.at().isAfter(asked.get(rescue.worker())));
        // A worker that the machine gave no time for as long as a lease loses its jobs to others: no fault of the
        // restart.
        assertThat(verdict.jobs())
                .allMatch(job -> job.status().equals("completed") && job.attempt() <= 1 + lost(rescues, job.id()));
        List<HandedBack> handedBack = fleet.history().handedBack(tenant);
        System.out.println("jobs " + verdict.jobs().size() + ", handed back " + handedBack.size()
                + ", leases that ran out " + rescues.size());
        assertThat(handedBack)
                .filteredOn(job -> job.checkpoint() != null)
                .hasSizeGreaterThanOrEqualTo(fleet.replicas().size());
        assertThat(handedBack).allMatch(HandedBack::wentOnWhereItWas);
    }

    private static long lost(List<Rescue> rescues, UUID job) {
        return rescues.stream().filter(rescue -> rescue.job().equals(job)).count();
    }
}
