package io.throughline.jobs.job;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.JobFilter;
import io.throughline.jobs.queue.JobList;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.ErrorCode;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.time.Ids;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/jobs")
@RunOnVirtualThread
public class JobResource {

    private final JobStore jobs;
    private final JobList list;
    private final Requests requests;
    private final RetryJob again;
    private final CurrentCaller caller;

    JobResource(JobStore jobs, JobList list, Requests requests, RetryJob again, CurrentCaller caller) {
        this.jobs = jobs;
        this.list = list;
        this.requests = requests;
        this.again = again;
        this.caller = caller;
    }

    /** What is told of a job that was only just asked for. */
    public record Accepted(UUID jobId, String status, String statusUrl) {
        public static Accepted of(JobView job) {
            return new Accepted(job.jobId(), job.status(), "/api/jobs/" + job.jobId());
        }
    }

    @POST
    @ResponseStatus(202)
    public Envelope<Accepted> ask(@NotNull Requests.Asked asked) {
        return Envelope.of(Accepted.of(
                jobs.enqueueAndBegin(requests.toJob(Ids.next(), caller.tenantId(), caller.userId(), asked))));
    }

    /** @param jobs 1 to {@value Requests#MOST_AT_ONCE} */
    public record Batch(List<Requests.Asked> jobs) {}

    /**
     * @param accepted new jobs
     * @param jobIds in the order asked; null where an unfinished job has the unique key
     */
    public record BatchAccepted(int accepted, List<UUID> jobIds) {}

    @POST
    @Path("batch")
    @ResponseStatus(202)
    @Operation(
            summary = "Put in up to 10,000 jobs at once",
            description = "All of them in one transaction, or, when anything is wrong with one, none.")
    public Envelope<BatchAccepted> askForMany(@NotNull Batch batch) {
        List<NewJob> wanted = requests.toJobs(caller.tenantId(), caller.userId(), batch.jobs());
        Set<UUID> fresh = jobs.enqueueAllNew(wanted);
        return Envelope.of(new BatchAccepted(
                fresh.size(),
                wanted.stream()
                        .map(job -> fresh.contains(job.id()) ? job.id() : null)
                        .toList()));
    }

    @GET
    @Operation(
            summary = "Jobs, newest first",
            description =
                    "text: in the type, the unique key, the error or the parameters, whatever the case; the id of a"
                            + " job finds that job. A thousand jobs are looked at for one page, so a page may be short, even"
                            + " empty, and have a next one.")
    public Page<JobView> list(
            @BeanParam Criteria wanted, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        List<FieldError> errors = new ArrayList<>();
        JobFilter filter = wanted.read(errors);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        int size = Page.limit(limit);
        Cursor after = Cursor.decode(cursor, 2);
        JobList.Slice slice = list.page(
                caller.tenantId(),
                filter,
                after == null ? null : after.instant(0),
                after == null ? null : after.uuid(1),
                size);
        String next = slice.nextTime() == null
                ? null
                : Cursor.of(slice.nextTime(), slice.nextId()).encoded();
        return new Page<>(true, slice.jobs(), new Page.Position(next, size));
    }

    @GET
    @Path("{id}")
    public Envelope<JobView> show(@PathParam("id") UUID id) {
        return Envelope.of(existing(id));
    }

    @POST
    @Path("{id}/cancel")
    public Envelope<JobView> cancel(@PathParam("id") UUID id) {
        return Envelope.of(jobs.cancel(caller.tenantId(), id).orElseThrow(() -> conflict(JobErrors.FINISHED, id)));
    }

    @POST
    @Path("{id}/retry")
    public Envelope<JobView> retry(@PathParam("id") UUID id) {
        return switch (again.retry(caller.tenantId(), id)) {
            case RetryJob.Outcome.Again(JobView job) -> Envelope.of(job);
            case RetryJob.Outcome.NotRetryable() -> throw conflict(JobErrors.NOT_RETRYABLE, id);
            case RetryJob.Outcome.KeyTaken() -> throw conflict(JobErrors.UNIQUE_KEY_TAKEN, id);
        };
    }

    private JobView existing(UUID id) {
        return jobs.find(caller.tenantId(), id).orElseThrow(() -> Problem.notFound("job", id));
    }

    private Problem conflict(ErrorCode error, UUID id) {
        return new Problem(error, "The job is " + existing(id).status() + ".");
    }
}
