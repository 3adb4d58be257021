package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.JobFailure;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.jobs.queue.Priority;
import io.throughline.jobs.workflow.Definition.OnFailure;
import io.throughline.jobs.workflow.Definition.Step;
import io.throughline.jobs.workflow.RunStore.Run;
import io.throughline.platform.events.Json;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks how far a run has come and begins what can begin. Everything it decides on is in the database and everything it
 * decides goes there in the caller's transaction, which holds the run's job: looking again, at any time, does no harm. Up
 * to eight statements a look, and one for each step that is retried.
 */
@Singleton
class Course {

    private final RunStore runs;
    private final JobStore jobs;
    private final Json json;
    private final Clock clock;

    Course(RunStore runs, JobStore jobs, Json json, Clock clock) {
        this.runs = runs;
        this.jobs = jobs;
        this.json = json;
        this.clock = clock;
    }

    /** What a look came to. */
    sealed interface Next {

        /** For the end of a step. */
        record Waiting() implements Next {}

        /** @param outputs of the steps that completed, by name */
        record Finished(Map<String, JsonNode> outputs) implements Next {}

        /** @param running jobs that are to be cancelled, after the transaction: their ends lock them before the run */
        record Broken(String message, List<UUID> running) implements Next {}
    }

    /** The job of a step has always the same id. */
    static UUID jobId(UUID runId, String step) {
        return UUID.nameUUIDFromBytes((runId + "/" + step).getBytes(StandardCharsets.UTF_8));
    }

    Next look(UUID tenantId, UUID runId) {
        Run run = runs.find(tenantId, runId)
                .orElseThrow(() -> JobFailure.permanent("run_gone", "The workflow is not stored any more."));
        return new Look(run, runs.steps(tenantId, runId)).next();
    }

    private final class Look {

        private final Run run;
        private final Map<String, RunStep> steps = new HashMap<>();
        private final Map<String, RunStep> moved = new LinkedHashMap<>();
        private final List<Step> ready = new ArrayList<>();
        private final Map<String, JsonNode> parameters = new HashMap<>();

        Look(Run run, List<RunStep> begun) {
            this.run = run;
            run.definition().steps().forEach(step -> steps.put(step.name(), RunStep.waiting(step.name())));
            begun.forEach(step -> steps.put(step.name(), step));
        }

        Next next() {
            if (run.resumed()) {
                retryWhatWentWrong();
            }
            JobView job = readJobs();
            Optional<Step> broken = broken();
            if (broken.isEmpty()) {
                findReady();
                broken = broken();
            }
            if (broken.isEmpty()) {
                begin(job);
            }
            runs.record(run.tenantId(), run.id(), moved.values());
            tellProgress(job);
            return broken.map(this::asBroken).orElseGet(this::waitingOrFinished);
        }

        private void move(RunStep step) {
            steps.put(step.name(), step);
            moved.put(step.name(), step);
        }

        private void retryWhatWentWrong() {
            for (Step step : run.definition().steps()) {
                RunStep now = steps.get(step.name());
                if (now.status() == StepStatus.RUNNING || now.wentWrong() && step.onFailure() == OnFailure.FAIL) {
                    RunStep again = now.again();
                    if (again.begun()) {
                        jobs.retry(run.tenantId(), again.jobId());
                        move(again);
                    } else {
                        steps.put(again.name(), again);
                    }
                }
            }
            runs.resume(run.tenantId(), run.id(), false);
        }

        /** Of the steps that were running, and of the run itself, which it answers. */
        private JobView readJobs() {
            Map<UUID, RunStep> running = steps.values().stream()
                    .filter(step -> step.status() == StepStatus.RUNNING)
                    .collect(Collectors.toMap(RunStep::jobId, Function.identity()));
            List<UUID> ids = Stream.concat(Stream.of(run.id()), running.keySet().stream())
                    .toList();
            JobView own = null;
            for (JobView job : jobs.findAll(run.tenantId(), ids)) {
                RunStep step = running.remove(job.jobId());
                if (step == null) {
                    own = job;
                } else if (step.as(job, json).ended()) {
                    move(step.as(job, json));
                }
            }
            running.values().forEach(lost -> steps.put(lost.name(), RunStep.waiting(lost.name())));
            return own;
        }

        private Optional<Step> broken() {
            return run.definition().steps().stream()
                    .filter(step -> step.onFailure() == OnFailure.FAIL
                            && steps.get(step.name()).wentWrong())
                    .findFirst();
        }

        /** A step that is left out lets others begin, so until there is nothing new. */
        private void findReady() {
            boolean more = true;
            while (more && broken().isEmpty()) {
                more = false;
                for (Step step : run.definition().steps()) {
                    if (!steps.get(step.name()).begun()
                            && !parameters.containsKey(step.name())
                            && step.after().stream()
                                    .allMatch(name -> steps.get(name).ended())) {
                        consider(step);
                        more = true;
                    }
                }
            }
        }

        private void consider(Step step) {
            Scope scope = new Scope(run.inputs(), outputs());
            if (step.when() != null && !ExpressionParser.whole(step.when()).holds(scope)) {
                move(RunStep.skipped(step.name(), clock.instant()));
                return;
            }
            try {
                parameters.put(step.name(), Template.filled(step.parameters(), scope));
                ready.add(step);
            } catch (Template.TooLarge e) {
                move(RunStep.failed(
                        step.name(),
                        "parameters_too_large",
                        "What it is to get " + e.getMessage() + ".",
                        clock.instant()));
            }
        }

        private Map<String, JsonNode> outputs() {
            Map<String, JsonNode> outputs = new LinkedHashMap<>();
            run.definition().steps().forEach(step -> {
                JsonNode output = steps.get(step.name()).output();
                if (output != null) {
                    outputs.put(step.name(), output);
                }
            });
            return outputs;
        }

        private void begin(JobView job) {
            if (!ready.isEmpty()) {
                Priority priority = Priority.named(job.priority()).orElseThrow();
                jobs.enqueueAll(ready.stream()
                        .map(step -> NewJob.of(
                                        jobId(run.id(), step.name()),
                                        run.tenantId(),
                                        run.userId(),
                                        step.type(),
                                        parameters.get(step.name()))
                                .withPriority(priority)
                                .tryingAtMost(step.attempts())
                                .within(step.limit())
                                .childOf(run.id()))
                        .toList());
                ready.forEach(step -> move(RunStep.running(step.name(), jobId(run.id(), step.name()))));
            }
        }

        private void tellProgress(JobView job) {
            long ended = steps.values().stream().filter(RunStep::ended).count();
            if (job.progress().done() != ended || job.progress().total() != steps.size()) {
                jobs.advance(List.of(new JobStore.Step(run.id(), ended, steps.size())));
            }
        }

        private Next asBroken(Step step) {
            RunStep state = steps.get(step.name());
            String why = state.error() == null
                    ? ""
                    : ": " + state.error().code() + ": " + state.error().message();
            return new Next.Broken(
                    "Step " + step.name() + (state.status() == StepStatus.FAILED ? " failed" : " was cancelled") + why,
                    steps.values().stream()
                            .filter(each -> each.status() == StepStatus.RUNNING)
                            .map(RunStep::jobId)
                            .toList());
        }

        private Next waitingOrFinished() {
            return steps.values().stream().allMatch(RunStep::ended) ? new Next.Finished(outputs()) : new Next.Waiting();
        }
    }
}
