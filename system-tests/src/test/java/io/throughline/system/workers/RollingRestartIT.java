package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
        Set<UUID> requested;
        try (JobLoad load = new JobLoad(fleet, tenant, new Random(seed))) {
            for (Replica replica : fleet.replicas()) {
                load.request(20);
                load.sleep(8_000, 32);
                load.sleep(8_000, 32);
                load.sleep(8_000, 32);
                Fleet.patiently("it holds a job that has got somewhere").until(() -> {
                    load.request();
                    return fleet.history().holdsCheckpoint(replica.process());
                });
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
        assertThat(verdict.jobs()).allMatch(job -> job.status().equals("completed") && job.attempt() == 1);
        assertThat(fleet.history().leasesLost(tenant))
                .as("nobody had to be rescued")
                .isZero();
        List<JobHistory.HandedBack> handedBack = fleet.history().handedBack(tenant);
        System.out.println("jobs " + verdict.jobs().size() + ", handed back " + handedBack.size());
        assertThat(handedBack).anyMatch(job -> job.checkpoint() != null);
        assertThat(handedBack).allMatch(JobHistory.HandedBack::wentOnWhereItWas);
    }
}
