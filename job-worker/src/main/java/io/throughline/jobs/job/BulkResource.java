package io.throughline.jobs.job;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.jobs.queue.JobFilter;
import io.throughline.jobs.queue.JobSelection;
import io.throughline.jobs.queue.JobStatus;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.jobs.queue.Priority;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.time.Ids;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.Status;

/** Cancelling and retrying all jobs that match, as a job; or only counting them. */
@Path("/api/jobs")
@RunOnVirtualThread
public class BulkResource {

    private final JobSelection selection;
    private final JobStore jobs;
    private final CurrentCaller caller;

    BulkResource(JobSelection selection, JobStore jobs, CurrentCaller caller) {
        this.selection = selection;
        this.jobs = jobs;
        this.caller = caller;
    }

    /**
     * At least one of the first five. Nothing else may be sent: a misspelt criterion would mean more jobs than its sender.
     *
     * @param dryRun true: only count them; null: false
     */
    public record Asked(
            String status,
            String type,
            String since,
            String until,
            String text,
            Boolean dryRun,

            @JsonAnySetter @Schema(hidden = true) Map<String, Object> unknown) {}

    /** @param more whether there are jobs that were not looked at; without, {@code matching} is exact */
    public record Matching(boolean dryRun, long matching, boolean more) {}

    @POST
    @Path("cancel")
    @Operation(
            summary = "Cancel all unfinished jobs that match",
            description =
                    "At least one criterion. dryRun answers 200 with how many there are, else 202 with the job that"
                            + " does it.")
    @APIResponse(responseCode = "200", description = "dryRun: how many jobs match")
    @APIResponse(responseCode = "202", description = "The job that cancels them")
    public RestResponse<Envelope<?>> cancel(@NotNull Asked asked) {
        return answer(asked, BulkChange.CANCEL, BulkChange.CANCELLABLE);
    }

    @POST
    @Path("retry")
    @Operation(
            summary = "Retry all failed and cancelled jobs that match",
            description =
                    "At least one criterion. dryRun answers 200 with how many there are, else 202 with the job that"
                            + " does it.")
    @APIResponse(responseCode = "200", description = "dryRun: how many jobs match")
    @APIResponse(responseCode = "202", description = "The job that retries them")
    public RestResponse<Envelope<?>> retry(@NotNull Asked asked) {
        return answer(asked, BulkChange.RETRY, BulkChange.RETRYABLE);
    }

    private RestResponse<Envelope<?>> answer(Asked asked, String type, List<JobStatus> statuses) {
        JobFilter filter = acceptable(asked, statuses);
        if (Boolean.TRUE.equals(asked.dryRun())) {
            JobSelection.Count count =
                    selection.count(BulkChange.among(caller.tenantId(), filter, statuses), null, null);
            return RestResponse.ok(Envelope.of(new Matching(true, count.matching(), count.more())));
        }
        NewJob job = NewJob.of(Ids.next(), caller.tenantId(), caller.userId(), type, BulkChange.Parameters.of(filter))
                .withPriority(Priority.HIGH);
        return RestResponse.status(Status.ACCEPTED, Envelope.of(JobResource.Accepted.of(jobs.enqueue(job))));
    }

    private static JobFilter acceptable(Asked asked, List<JobStatus> statuses) {
        List<FieldError> errors = new ArrayList<>();
        if (asked.unknown() != null) {
            asked.unknown().keySet().forEach(name -> errors.add(new FieldError("/" + name, "is not known")));
        }
        JobFilter filter =
                new Criteria(asked.status(), asked.type(), asked.since(), asked.until(), asked.text()).read(errors);
        if (filter.status() != null && !statuses.contains(filter.status())) {
            errors.add(new FieldError(
                    "/status",
                    "must be " + statuses.getFirst().wire() + " or "
                            + statuses.getLast().wire() + " here"));
        }
        refuseBlank(asked, errors);
        if (errors.isEmpty() && filter.equals(JobFilter.ALL)) {
            errors.add(new FieldError("", "needs at least one of status, type, since, until and text"));
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return filter;
    }

    /** An empty criterion is one that somebody forgot to fill in. */
    private static void refuseBlank(Asked asked, List<FieldError> errors) {
        Stream.of(
                        new FieldError("/type", asked.type()),
                        new FieldError("/since", asked.since()),
                        new FieldError("/until", asked.until()),
                        new FieldError("/text", asked.text()))
                .filter(criterion ->
                        criterion.detail() != null && criterion.detail().isBlank())
                .forEach(criterion -> errors.add(new FieldError(criterion.pointer(), "must not be empty")));
    }
}
