package io.throughline.jobs.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.jobs.job.JobRetried;
import io.throughline.jobs.queue.JobFailure;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import io.throughline.jobs.workflow.Course.Next;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/**
 * Runs when a workflow begins and each time one of its steps has ended, for as long as it takes to look and to begin what
 * comes next; in between it waits without a worker.
 */
@Singleton
class RunWorkflow implements JobType<RunWorkflow.Parameters> {

    static final String NAME = "workflow";

    /** A step's end is told at once; this is the net below. */
    private static final Duration UNTIL_NEXT_LOOK = Duration.ofMinutes(1);

    private static final int LARGEST_RESULT = 1_048_576;

    private final Sql sql;
    private final Json json;
    private final Course course;
    private final JobStore jobs;
    private final RunStore runs;

    RunWorkflow(Sql sql, Json json, Course course, JobStore jobs, RunStore runs) {
        this.sql = sql;
        this.json = json;
        this.course = course;
        this.jobs = jobs;
        this.runs = runs;
    }

    /** For those who look at the job; what runs is the definition that was copied when it began. */
    record Parameters(String workflowName, Map<String, Object> inputs) {}

    /**
     * @param steps outputs by name
     * @param truncated true: together they are too large to be repeated here; each step has its own
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(Map<String, JsonNode> steps, Boolean truncated) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    /** A look takes milliseconds. */
    @Override
    public int concurrency() {
        return 20;
    }

    /** It begins with a run. */
    @Override
    public boolean requestable() {
        return false;
    }

    /** @param waiting null unless the job waits for the end of a step */
    private record Turn(Next next, Outcome waiting) {}

    @Override
    public Outcome run(Work<Parameters> work) {
        Turn turn = sql.inTransaction(() -> {
            work.holdOrStop();
            Next next = course.look(work.tenantId(), work.jobId());
            return new Turn(next, next instanceof Next.Waiting ? work.detach(UNTIL_NEXT_LOOK) : null);
        });
        return switch (turn.next()) {
            case Next.Waiting() -> turn.waiting();
            case Next.Finished(Map<String, JsonNode> outputs) -> new Outcome.Completed(result(outputs));
            case Next.Broken broken -> throw stop(work, broken);
        };
    }

    private Result result(Map<String, JsonNode> outputs) {
        Result whole = new Result(outputs, null);
        return json.text(whole).length() <= LARGEST_RESULT ? whole : new Result(Map.of(), true);
    }

    private JobFailure stop(Work<Parameters> work, Next.Broken broken) {
        broken.running().forEach(job -> {
            work.stopIfAsked();
            jobs.cancel(work.tenantId(), job);
        });
        return JobFailure.permanent("step_failed", broken.message());
    }

    /** In the transaction of the retry: from then on failed steps are to be begun again. */
    void retried(@Observes JobRetried job) {
        if (job.type().equals(NAME)) {
            runs.resume(job.tenantId(), job.jobId(), true);
        }
    }
}
