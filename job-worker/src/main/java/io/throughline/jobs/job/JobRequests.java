package io.throughline.jobs.job;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.jobs.JobRequested;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.InboundEvent.Rejection;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Jobs wanted by other systems, from {@code job.requests.v1}. One INSERT per batch; a job's id admits it once. */
@ApplicationScoped
public class JobRequests {

    /** On whose behalf, a UUID; without it the job belongs to the tenant and no user. */
    private static final String USER_HEADER = "user";

    private static final UUID NOBODY = new UUID(0, 0);

    private final Batches batches;
    private final Json json;
    private final Requests requests;
    private final JobStore jobs;

    JobRequests(Batches batches, Json json, Requests requests, JobStore jobs) {
        this.batches = batches;
        this.json = json;
        this.requests = requests;
        this.jobs = jobs;
    }

    @Incoming("job-requests")
    @Blocking
    public void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, this::enqueue);
    }

    void enqueue(List<InboundEvent> events) {
        jobs.enqueueAll(events.stream().map(this::toJob).toList());
    }

    private NewJob toJob(InboundEvent event) {
        JobRequested wanted = event.value(json, JobRequested.class);
        if (wanted.jobId() == null) {
            throw new Rejection("validation_failed", "/jobId is missing");
        }
        try {
            return requests.toJob(
                    wanted.jobId(),
                    event.tenantId(),
                    user(event),
                    new Requests.Asked(
                            wanted.type(), wanted.parameters(), wanted.priority(), wanted.runAt(), wanted.uniqueKey()));
        } catch (Problem problem) {
            throw new Rejection(
                    problem.error().code(),
                    problem.errors().stream()
                            .map(error -> error.pointer() + " " + error.detail())
                            .collect(Collectors.joining("; ")));
        }
    }

    private static UUID user(InboundEvent event) {
        Header header = event.origin().headers().lastHeader(USER_HEADER);
        if (header == null || header.value() == null) {
            return NOBODY;
        }
        try {
            return UUID.fromString(new String(header.value(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Rejection("invalid_user", "user is not a UUID");
        }
    }
}
