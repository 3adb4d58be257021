package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.system.workers.JobHistory.Final;
import io.throughline.system.workers.OutsideLedger.Call;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A worker stands still with a provider's answer on its way, others take its jobs and end them, then it wakes and has an
 * answer to write down.
 */
@ExtendWith(SharedFleet.class)
class FrozenWorkerIT {

    private final Fleet fleet;

    FrozenWorkerIT(Fleet fleet) {
        this.fleet = fleet;
    }

    @Test
    void changesNothingOnceItWakes() throws Exception {
        Tenant tenant = fleet.tenant();
        Queue<Runnable> heldBack = new ConcurrentLinkedQueue<>();
        Set<UUID> begun = new HashSet<>();
        fleet.ledger().answer(call -> begun.add(call.job()) ? heldBack::add : Runnable::run);
        UUID enrich = ask(tenant, "{\"type\":\"enrich\",\"parameters\":{\"email\":\"frozen@example.com\"}}");
        UUID discover = ask(tenant, "{\"type\":\"discover\",\"parameters\":{\"query\":\"frozen\"}}");
        Fleet.patiently("both have asked").until(() -> heldBack.size() == 2);

        List<Replica> holders = List.of(enrich, discover).stream()
                .map(fleet.history()::holderOf)
                .distinct()
                .map(fleet::named)
                .toList();
        List<Final> before;
        try {
            for (Replica holder : holders) {
                holder.freeze();
            }
            heldBack.forEach(Runnable::run);
            fleet.awaitEnds(tenant, Set.of(enrich, discover));
            before = fleet.history().jobs(tenant);
        } finally {
            holders.forEach(Replica::wake);
        }
        fleet.awaitAllReady();

        Verdict verdict = new Verdict(fleet, tenant);
        verdict.nothingWasDoneTwice();
        assertThat(verdict.jobs())
                .isEqualTo(before)
                .allMatch(job -> job.status().equals("completed"));
        for (UUID job : List.of(enrich, discover)) {
            assertThat(verdict.callsOf(job).stream().map(Call::attempt))
                    .hasSize(2)
                    .containsExactlyElementsOf(fleet.history().attempts(job));
        }
    }

    @Test
    void letsGoOfWhatWasTakenFromIt() throws Exception {
        Tenant tenant = fleet.tenant();
        UUID job = ask(tenant, "{\"type\":\"sleep\",\"parameters\":{\"millis\":600000}}");
        Fleet.patiently("somebody runs it").until(() -> fleet.history().holderOf(job) != null);
        Replica first = fleet.named(fleet.history().holderOf(job));
        try {
            first.freeze();
            Fleet.patiently("another runs it")
                    .untilAsserted(() -> assertThat(fleet.history().holderOf(job))
                            .isNotNull()
                            .isNotEqualTo(first.process()));
        } finally {
            first.wake();
        }
        Fleet.patiently("the first has noticed, ten minutes before it would have ended")
                .untilAsserted(() -> assertThat(fleet.running(first, tenant)).isZero());
        fleet.client(tenant).post("/api/jobs/" + job + "/cancel", "");
        Fleet.patiently("all have")
                .untilAsserted(() -> assertThat(fleet.runningByReplica(tenant)).containsOnly(0));
    }

    private UUID ask(Tenant tenant, String job) {
        return UUID.fromString(fleet.client(tenant)
                .post("/api/jobs", job)
                .path("data")
                .path("jobId")
                .asText());
    }
}
