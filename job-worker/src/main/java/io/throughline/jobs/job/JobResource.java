package io.throughline.jobs.job;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.jobs.queue.JobStatus;
import io.throughline.jobs.queue.JobStore;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.ErrorCode;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlFailure;
import io.throughline.platform.time.Ids;
import jakarta.enterprise.event.Event;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/jobs")
@RunOnVirtualThread
public class JobResource {

    private static final String UNIQUE_VIOLATION = "23505";

    private final JobStore jobs;
    private final Requests requests;
    private final CurrentCaller caller;
    private final Sql sql;
    private final Event<JobRetried> retried;

    JobResource(JobStore jobs, Requests requests, CurrentCaller caller, Sql sql, Event<JobRetried> retried) {
        this.jobs = jobs;
        this.requests = requests;
        this.caller = caller;
        this.sql = sql;
        this.retried = retried;
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
        return Envelope.of(
                Accepted.of(jobs.enqueue(requests.toJob(Ids.next(), caller.tenantId(), caller.userId(), asked))));
    }

    @GET
    public Page<JobView> list(
            @QueryParam("status") String status,
            @QueryParam("type") String type,
            @QueryParam("since") String since,
            @QueryParam("until") String until,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor) {
        List<FieldError> errors = new ArrayList<>();
        Optional<JobStatus> wanted = JobStatus.named(status);
        if (status != null && wanted.isEmpty()) {
            errors.add(new FieldError("/status", "must be pending, processing, completed, failed or cancelled"));
        }
        Instant from = time("/since", since, errors);
        Instant to = time("/until", until, errors);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        int size = Page.limit(limit);
        Cursor after = Cursor.decode(cursor, 2);
        List<JobView> rows = jobs.list(
                caller.tenantId(),
                new JobStore.Filter(wanted.orElse(null), type, from, to),
                after == null ? null : after.instant(0),
                after == null ? null : after.uuid(1),
                size + 1);
        return Page.of(rows, size, job -> Cursor.of(job.createdAt(), job.jobId()));
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
        try {
            return Envelope.of(sql.inTransaction(() -> {
                JobView job =
                        jobs.retry(caller.tenantId(), id).orElseThrow(() -> conflict(JobErrors.NOT_RETRYABLE, id));
                retried.fire(new JobRetried(caller.tenantId(), id, job.type()));
                return job;
            }));
        } catch (SqlFailure e) {
            if (e.state().equals(UNIQUE_VIOLATION)) {
                throw conflict(JobErrors.UNIQUE_KEY_TAKEN, id);
            }
            throw e;
        }
    }

    private JobView existing(UUID id) {
        return jobs.find(caller.tenantId(), id).orElseThrow(() -> Problem.notFound("job", id));
    }

    private Problem conflict(ErrorCode error, UUID id) {
        return new Problem(error, "The job is " + existing(id).status() + ".");
    }

    /** An ISO-8601 moment with an offset, or a date, whose UTC midnight is meant. */
    private static Instant time(String pointer, String text, List<FieldError> errors) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeParseException e) {
            errors.add(new FieldError(pointer, "must be a time such as 2026-11-01T00:00:00Z"));
            return null;
        }
    }
}
