package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.system.workers.JobHistory.Final;
import io.throughline.system.workers.OutsideLedger.Call;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What is to hold for a tenant's jobs, whatever was done to the workers. All of them have ended. */
final class Verdict {

    private static final Set<String> WITH_EFFECTS = Set.of("enrich", "discover");

    private final Fleet fleet;
    private final Tenant tenant;
    private final List<Final> jobs;
    private final List<Call> calls;

    Verdict(Fleet fleet, Tenant tenant) {
        this.fleet = fleet;
        this.tenant = tenant;
        this.jobs = fleet.history().jobs(tenant);
        Set<UUID> ids = jobs.stream().map(Final::id).collect(Collectors.toSet());
        this.calls = fleet.ledger().calls().stream()
                .filter(call -> ids.contains(call.job()))
                .toList();
    }

    List<Final> jobs() {
        return jobs;
    }

    List<Call> calls() {
        return calls;
    }

    List<Call> callsOf(UUID job) {
        return calls.stream().filter(call -> call.job().equals(job)).toList();
    }

    void nothingWasDoneTwice() throws IOException {
        completionsAreToldOnce();
        effectsAreThoseOfTheLastRun();
        assertThat(fleet.history().unlawful(tenant))
                .as("changes by those who had lost the job")
                .isEmpty();
        Fleet.patiently("whoever lost a job lets go of it")
                .untilAsserted(() -> assertThat(fleet.runningByReplica(tenant)).containsOnly(0));
    }

    private void completionsAreToldOnce() throws IOException {
        assertThat(fleet.history().notCompletedOnce(tenant)).isEmpty();
        List<Final> completed =
                jobs.stream().filter(job -> job.status().equals("completed")).toList();
        assertThat(completed).allMatch(job -> job.told() == 1);
        ToldEnds told = ToldEnds.read(fleet.bootstrapServers(), tenant);
        assertThat(told.eventIds().keySet())
                .isEqualTo(completed.stream().map(Final::id).collect(Collectors.toSet()));
        assertThat(told.eventIds().values()).allMatch(ids -> ids.size() == 1);
    }

    /** Each attempt had its effect once; what is stored comes from the last run, whose fence is the job's. */
    private void effectsAreThoseOfTheLastRun() {
        assertThat(calls.stream().map(Call::attempt)).doesNotHaveDuplicates();
        Map<UUID, Set<String>> attempts = calls.stream()
                .collect(Collectors.groupingBy(Call::job, Collectors.mapping(Call::attempt, Collectors.toSet())));
        for (Final job : jobs) {
            if (WITH_EFFECTS.contains(job.type()) && job.status().equals("completed")) {
                String last = job.id() + "/" + job.fence();
                assertThat(attempts.get(job.id())).as(job.toString()).contains(last);
                assertThat(job.result()).contains("\"attempt\": \"" + last + "\"");
            }
        }
        assertThat(fleet.history().keptFromOtherRuns(tenant)).isEmpty();
    }
}
