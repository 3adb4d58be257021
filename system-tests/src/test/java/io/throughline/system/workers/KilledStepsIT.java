package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.system.workers.OutsideLedger.Call;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A workflow whose workers are killed in each of its steps. */
@ExtendWith(SharedFleet.class)
class KilledStepsIT {

    private static final String DEFINITION = """
            {"inputs":{"who":{"required":true}},"steps":[
              {"name":"person","type":"enrich","parameters":{"email":"${inputs.who}@example.com"}},
              {"name":"peers","type":"discover","parameters":{"query":"peers of ${inputs.who}"},"after":["person"]},
              {"name":"company","type":"enrich","parameters":{"domain":"${inputs.who}.example"},"after":["person"]},
              {"name":"known","type":"discover","parameters":{"query":"${inputs.who}, known"},"after":["peers","company"],
               "when":"steps.person.output.found == true"},
              {"name":"unknown","type":"discover","parameters":{"query":"${inputs.who}, unknown"},"after":["peers","company"],
               "when":"steps.person.output.found == false"},
              {"name":"end","type":"echo","parameters":{"attempt":"${steps.known.output.candidates.0.attempt}"},
               "after":["known","unknown"]}]}""";

    /** Steps that run at the same time, in the order they come in. */
    private static final List<Set<String>> STAGES =
            List.of(Set.of("person"), Set.of("peers", "company"), Set.of("known"));

    private final Fleet fleet;

    KilledStepsIT(Fleet fleet) {
        this.fleet = fleet;
    }

    @Test
    void completesAndRunsNoStepAgainThatWasDone() throws Exception {
        Tenant tenant = fleet.tenant();
        Set<UUID> begun = ConcurrentHashMap.newKeySet();
        fleet.ledger().answer(call -> begun.add(call.job()) ? neverAnswered -> {} : Runnable::run);
        fleet.client(tenant).put("/api/workflows/definitions/killed", DEFINITION);
        UUID workflow = UUID.fromString(fleet.client(tenant)
                .post("/api/workflows", "{\"workflowName\":\"killed\",\"inputs\":{\"who\":\"ann\"}}")
                .path("data")
                .path("jobId")
                .asText());
        Map<String, UUID> steps = new HashMap<>();
        for (Set<String> stage : STAGES) {
            Fleet.patiently(stage + " have asked").until(() -> {
                steps.putAll(steps(tenant, workflow));
                return steps.keySet().containsAll(stage)
                        && stage.stream().map(steps::get).allMatch(begun::contains);
            });
            killHoldersOf(stage.stream().map(steps::get).toList());
        }
        fleet.awaitEnds(tenant, Set.of(workflow));
        fleet.awaitAllReady();

        Verdict verdict = new Verdict(fleet, tenant);
        verdict.nothingWasDoneTwice();
        assertThat(verdict.jobs()).allMatch(job -> job.status().equals("completed"));
        JsonNode view = view(tenant, workflow);
        assertThat(view.path("status").asText()).isEqualTo("completed");
        for (JsonNode step : view.path("steps")) {
            String name = step.path("name").asText();
            assertThat(step.path("status").asText())
                    .as(name)
                    .isEqualTo(name.equals("unknown") ? "skipped" : "completed");
        }
        for (Set<String> stage : STAGES) {
            for (String name : stage) {
                UUID job = steps.get(name);
                assertThat(verdict.callsOf(job).stream().map(Call::attempt))
                        .as("one call that was killed, one that was answered: " + name)
                        .hasSize(2)
                        .containsExactlyElementsOf(fleet.history().attempts(job));
            }
        }
        assertThat(view.at("/result/steps/end/attempt").asText())
                .isEqualTo(fleet.history().attempts(steps.get("known")).getLast());
        assertThat(verdict.calls()).hasSize(8);
    }

    private void killHoldersOf(List<UUID> jobs) throws Exception {
        Set<String> holders = new HashSet<>();
        jobs.forEach(job -> holders.add(fleet.history().holderOf(job)));
        Fleet.patiently("somebody who goes on")
                .until(() -> fleet.replicas().stream()
                        .anyMatch(replica -> !holders.contains(replica.process()) && replica.ready()));
        for (String holder : holders) {
            Replica replica = fleet.named(holder);
            replica.kill();
            replica.start();
        }
    }

    private JsonNode view(Tenant tenant, UUID workflow) {
        return fleet.client(tenant).get("/api/workflows/" + workflow).path("data");
    }

    /** Jobs of the steps that have begun. */
    private Map<String, UUID> steps(Tenant tenant, UUID workflow) {
        Map<String, UUID> steps = new HashMap<>();
        for (JsonNode step : view(tenant, workflow).path("steps")) {
            if (!step.path("jobId").isNull()) {
                steps.put(
                        step.path("name").asText(),
                        UUID.fromString(step.path("jobId").asText()));
            }
        }
        return steps;
    }
}
