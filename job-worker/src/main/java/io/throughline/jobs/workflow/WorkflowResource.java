package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.events.jobs.JobStatusChanged.Failure;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.events.jobs.JobStatusChanged.Progress;
import io.throughline.jobs.queue.JobStore;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/workflows")
@RunOnVirtualThread
public class WorkflowResource {

    private final StartWorkflow starting;
    private final RunStore runs;
    private final JobStore jobs;
    private final Json json;
    private final CurrentCaller caller;

    WorkflowResource(StartWorkflow starting, RunStore runs, JobStore jobs, Json json, CurrentCaller caller) {
        this.starting = starting;
        this.runs = runs;
        this.jobs = jobs;
        this.json = json;
        this.caller = caller;
    }

    public record Accepted(UUID jobId, String status, String statusUrl) {}

    /** The job, and the steps in the order of the definition. */
    public record WorkflowView(
            UUID jobId,
            String type,
            String workflowName,
            String status,
            String priority,
            int attempt,
            int maxAttempts,
            Progress progress,
            Map<String, Object> parameters,
            Map<String, Object> result,
            Failure error,
            Instant createdAt,
            Instant runAt,
            Instant startedAt,
            Instant completedAt,
            List<StepView> steps) {}

    /**
     * @param status waiting, running, completed, failed, skipped or cancelled
     * @param jobId null when the step has had no job
     * @param output the job's result
     */
    public record StepView(
            String name,
            String type,
            String status,
            UUID jobId,
            int attempt,
            JsonNode output,
            Failure error,
            Instant startedAt,
            Instant completedAt) {}

    @POST
    @ResponseStatus(202)
    public Envelope<Accepted> start(@NotNull StartWorkflow.Asked asked) {
        JobView job = starting.start(caller.tenantId(), caller.userId(), asked);
        return Envelope.of(new Accepted(job.jobId(), job.status(), "/api/workflows/" + job.jobId()));
    }

    @GET
    @Path("{jobId}")
    public Envelope<WorkflowView> show(@PathParam("jobId") UUID jobId) {
        UUID tenant = caller.tenantId();
        RunStore.Run run = runs.find(tenant, jobId).orElseThrow(() -> Problem.notFound("workflow", jobId));
        Map<String, RunStep> steps = new HashMap<>();
        runs.steps(tenant, jobId).forEach(step -> steps.put(step.name(), step));
        // One read of all jobs, the run's and those of steps that were running: they fit each other.
        List<UUID> wanted = run.definition().steps().stream()
                .map(step -> steps.get(step.name()))
                .filter(step -> step != null && step.status() == StepStatus.RUNNING)
                .map(RunStep::jobId)
                .collect(Collectors.toList());
        wanted.add(jobId);
        Map<UUID, JobView> found =
                jobs.findAll(tenant, wanted).stream().collect(Collectors.toMap(JobView::jobId, Function.identity()));
        JobView job = found.get(jobId);
        if (job == null) {
            throw Problem.notFound("workflow", jobId);
        }
        boolean over = List.of("failed", "cancelled").contains(job.status());
        return Envelope.of(view(
                run.name(),
                job,
                run.definition().steps().stream()
                        .map(step -> view(step, state(steps.get(step.name()), step.name(), found, over)))
                        .toList()));
    }

    private RunStep state(RunStep recorded, String name, Map<UUID, JobView> found, boolean over) {
        if (recorded == null) {
            return over ? RunStep.waiting(name).cancelled() : RunStep.waiting(name);
        }
        JobView job = recorded.status() == StepStatus.RUNNING ? found.get(recorded.jobId()) : null;
        return job == null ? recorded : recorded.as(job, json);
    }

    private static StepView view(Definition.Step step, RunStep state) {
        return new StepView(
                step.name(),
                step.type(),
                state.status().wire(),
                state.jobId(),
                state.attempt(),
                state.output(),
                state.error(),
                state.startedAt(),
                state.completedAt());
    }

    private static WorkflowView view(String name, JobView job, List<StepView> steps) {
        return new WorkflowView(
                job.jobId(),
                job.type(),
                name,
                job.status(),
                job.priority(),
                job.attempt(),
                job.maxAttempts(),
                job.progress(),
                job.parameters(),
                job.result(),
                job.error(),
                job.createdAt(),
                job.runAt(),
                job.startedAt(),
                job.completedAt(),
                steps);
    }
}
