package io.throughline.jobs.workflow;

import static io.throughline.jobs.workflow.WorkflowClient.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.jobs.workflow.Course.Next;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Looks by hand at runs whose own job no worker takes, and disturbs runs that a worker has. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class CourseTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final String DIAMOND = """
            inputs: {n: {default: 5}}
            steps:
              - {name: a, type: echo, parameters: {n: "${inputs.n}"}}
              - {name: b, type: sleep, parameters: {failTimes: 1}, attempts: 2, after: [a]}
              - {name: c, type: echo, parameters: {n: "${steps.a.output.n}"}, after: [a]}
              - {name: d, type: echo, after: [a], when: steps.a.output.n > 5}
              - {name: e, type: echo, parameters: {n: "${steps.c.output.n}"}, after: [b, c, d]}
            """;

    @Inject
    Course course;

    @Inject
    DefinitionReader reader;

    @Inject
    RunStore runs;

    @Inject
    JobStore jobs;

    @Inject
    Sql sql;

    private final WorkflowClient client = new WorkflowClient();
    private final UUID tenant = client.key.tenantId();

    /** A run that only this test moves. */
    private UUID aRun(String yaml) {
        UUID id = Ids.next();
        Definition definition = reader.read(yaml, true);
        sql.inTransaction(() -> {
            runs.begin(new RunStore.Run(
                    id,
                    tenant,
                    tenant,
                    "by-hand",
                    definition,
                    JsonNodeFactory.instance.objectNode().put("n", 5),
                    false));
            jobs.enqueue(NewJob.of(id, tenant, tenant, RunWorkflow.NAME, Map.of())
                    .startingAt(Instant.parse("2999-01-01T00:00:00Z")));
        });
        return id;
    }

    private Next look(UUID run) {
        return sql.inTransaction(() -> course.look(tenant, run));
    }

    private Map<String, Integer> jobsByType(UUID run) {
        Map<String, Integer> count = new HashMap<>();
        sql.list("SELECT type FROM job WHERE parent_id = ?", row -> row.text("type"), run)
                .forEach(type -> count.merge(type, 1, Integer::sum));
        return count;
    }

    private void awaitEnd(UUID run, String step) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(jobs.find(tenant, Course.jobId(run, step))
                                .orElseThrow()
                                .status())
                        .isIn("completed", "failed", "cancelled"));
    }

    @Test
    void looksTwiceAtEveryStepAndBeginsNothingTwice() {
        UUID run = aRun(DIAMOND);
        for (List<String> round : List.of(List.of("a"), List.of("b", "c"), List.of("e"))) {
            // In one transaction, so that no step has ended in between.
            sql.inTransaction(() -> {
                assertThat(course.look(tenant, run)).isInstanceOf(Next.Waiting.class);
                Map<String, Integer> begun = jobsByType(run);
                assertThat(course.look(tenant, run)).isInstanceOf(Next.Waiting.class);
                assertThat(jobsByType(run)).isEqualTo(begun);
            });
            round.forEach(step -> awaitEnd(run, step));
        }
        Next first = look(run);
        assertThat(first).isInstanceOf(Next.Finished.class).isEqualTo(look(run));
        assertThat(((Next.Finished) first).outputs()).containsOnlyKeys("a", "b", "c", "e");
        assertThat(((Next.Finished) first).outputs().get("e").path("n").intValue())
                .isEqualTo(5);
        assertThat(jobsByType(run)).isEqualTo(Map.of("echo", 3, "sleep", 1));
    }

    @Test
    void leavesNothingBehindWhenItsTransactionIsLost() {
        UUID run = aRun(DIAMOND);
        try {
            sql.inTransaction(() -> {
                course.look(tenant, run);
                throw new IllegalStateException("power cut");
            });
        } catch (IllegalStateException expected) {
            assertThat(jobsByType(run)).isEmpty();
        }
        assertThat(runs.steps(tenant, run)).isEmpty();
        look(run);
        assertThat(jobsByType(run)).isEqualTo(Map.of("echo", 1));
    }

    @Test
    void staysBrokenUntilRetriedAndKnowsWhatStillRuns() {
        UUID run = aRun("""
                steps:
                  - {name: long, type: sleep, parameters: {millis: 600000}}
                  - {name: bad, type: sleep, parameters: {failTimes: 1}, attempts: 1, after: []}
                """);
        look(run);
        awaitEnd(run, "bad");
        for (int i = 0; i < 2; i++) {
            assertThat(look(run)).isInstanceOfSatisfying(Next.Broken.class, broken -> {
                assertThat(broken.message()).startsWith("Step bad failed: asked_to_fail");
                assertThat(broken.running()).containsExactly(Course.jobId(run, "long"));
            });
        }
        runs.resume(tenant, run, true);
        assertThat(look(run)).isInstanceOf(Next.Waiting.class);
        awaitEnd(run, "bad");
        assertThat(look(run)).isInstanceOf(Next.Broken.class);
        jobs.cancel(tenant, Course.jobId(run, "long")).orElseThrow();
    }

    @Test
    void beginsAStepAgainWhoseJobIsGone() {
        UUID run = aRun("steps: [{name: a, type: sleep, parameters: {millis: 0}}]");
        look(run);
        awaitEnd(run, "a");
        sql.update("DELETE FROM job WHERE id = ?", Course.jobId(run, "a"));
        assertThat(look(run)).isInstanceOf(Next.Waiting.class);
        awaitEnd(run, "a");
        assertThat(look(run)).isInstanceOf(Next.Finished.class);
    }

    /** The run's lease is taken away all the time, while it waits and while it looks. */
    @Test
    void survivesBeingBegunAgainAtAnyMoment() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        client.define("diamond", DIAMOND).statusCode(200);
        List<String> started = Stream.generate(() -> client.start("diamond", Map.of("n", 5)))
                .limit(10)
                .toList();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    for (String id : started) {
                        if (random.nextInt(3) == 0) {
                            sql.update("""
                            UPDATE job_lease SET lease_until = clock_timestamp() - interval '1 second', checkpointed = true
                            WHERE job_id = ?
                            """, UUID.fromString(id));
                            sql.update(
                                    "UPDATE job SET run_at = clock_timestamp() WHERE id = ? AND status = 'processing'",
                                    UUID.fromString(id));
                        }
                    }
                    for (String id : started) {
                        assertThat(client.show(id).getString("data.status"))
                                .as("seed %d", seed)
                                .isEqualTo("completed");
                    }
                });
        for (String id : started) {
            JsonPath workflow = client.show(id);
            assertThat(steps(workflow))
                    .isEqualTo(Map.of(
                            "a", "completed", "b", "completed", "c", "completed", "d", "skipped", "e", "completed"));
            assertThat(workflow.<Integer>get("data.result.steps.e.n")).isEqualTo(5);
            assertThat(jobsByType(UUID.fromString(id))).as("seed %d", seed).isEqualTo(Map.of("echo", 3, "sleep", 1));
            assertThat(WorkflowClient.<Integer>of(workflow, "e", "attempt")).isEqualTo(1);
        }
    }
}
