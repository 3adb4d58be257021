package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.events.jobs.JobStatusChanged.Failure;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.platform.events.Json;
import java.time.Instant;
import java.util.UUID;

/**
 * A step of a run.
 *
 * @param jobId null: it has had no job
 * @param output the job's result; null unless it completed
 * @param error null unless it failed
 */
record RunStep(
        String name,
        StepStatus status,
        UUID jobId,
        int attempt,
        JsonNode output,
        Failure error,
        Instant startedAt,
        Instant completedAt) {

    static RunStep waiting(String name) {
        return new RunStep(name, StepStatus.WAITING, null, 0, null, null, null, null);
    }

    static RunStep running(String name, UUID jobId) {
        return new RunStep(name, StepStatus.RUNNING, jobId, 0, null, null, null, null);
    }

    static RunStep skipped(String name, Instant when) {
        return new RunStep(name, StepStatus.SKIPPED, null, 0, null, null, null, when);
    }

    static RunStep failed(String name, String code, String message, Instant when) {
        return new RunStep(name, StepStatus.FAILED, null, 0, null, new Failure(code, message), null, when);
    }

    /** As its job tells it. */
    RunStep as(JobView job, Json json) {
        StepStatus now = switch (job.status()) {
            case "completed" -> StepStatus.COMPLETED;
            case "failed" -> StepStatus.FAILED;
            case "cancelled" -> StepStatus.CANCELLED;
            default -> StepStatus.RUNNING;
        };
        JsonNode result = now == StepStatus.COMPLETED ? json.tree(json.bytes(job.result())) : null;
        return new RunStep(
                name, now, job.jobId(), job.attempt(), result, job.error(), job.startedAt(), job.completedAt());
    }

    boolean begun() {
        return status != StepStatus.WAITING;
    }

    boolean ended() {
        return begun() && status != StepStatus.RUNNING;
    }

    /** Failed or cancelled. */
    boolean wentWrong() {
        return status == StepStatus.FAILED || status == StepStatus.CANCELLED;
    }

    RunStep again() {
        return jobId == null ? waiting(name) : running(name, jobId);
    }

    RunStep cancelled() {
        return new RunStep(name, StepStatus.CANCELLED, null, 0, null, null, null, null);
    }
}
