package io.throughline.jobs.outreach;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.InboundEvent.Rejection;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Keeps {@code instance_status} as {@code campaign.instances.v1} has it, and lets the messages go that were held back when their
 * instance goes on, or is over: two statements for any number of instances, and one for each 50,000 messages and their jobs.
 *
 * <p>A run that has nothing but messages to hold back marks them and ends ({@link WithheldStore#hold}), with the instance's row
 * locked against this. So either it sees that the instance goes on, or what it has marked is seen here.
 */
@ApplicationScoped
class PausedInstances {

    /** Neither sending nor over. */
    private static final Set<String> STILL = Set.of("draft", "paused");

    private static final int LARGEST_RELEASE = 50_000;

    private static final String KEEP = """
            INSERT INTO instance_status AS stored (instance_id, tenant_id, status, version)
            SELECT * FROM unnest(?, ?, ?, ?) AS given(instance_id, tenant_id, status, version) ORDER BY instance_id
            ON CONFLICT ON CONSTRAINT instance_status_pk DO UPDATE
            SET status = excluded.status, version = excluded.version
            WHERE stored.tenant_id = excluded.tenant_id AND stored.version < excluded.version
            RETURNING instance_id, status
            """;

    private static final String RELEASE = """
            WITH waiting AS (
                SELECT message_id, tenant_id, instance_id, channel FROM outreach_message
                WHERE held AND instance_id = ANY (?) ORDER BY message_id LIMIT ? FOR UPDATE
            ), parted AS (
                SELECT waiting.*, (row_number() OVER (PARTITION BY tenant_id, instance_id, channel ORDER BY message_id) - 1)
                                  / ? AS part
                FROM waiting
            ), wanted AS (
                SELECT tenant_id, instance_id, channel, part, uuidv7() AS job_id FROM parted
                GROUP BY tenant_id, instance_id, channel, part
            ), released AS (
                UPDATE outreach_message AS message SET held = false, detail = NULL, job_id = wanted.job_id
                FROM parted JOIN wanted USING (tenant_id, instance_id, channel, part)
                WHERE message.message_id = parted.message_id
                RETURNING message.job_id
            )
            SELECT job_id, tenant_id, instance_id, channel, (SELECT count(*) FROM released WHERE released.job_id = wanted.job_id)
                   AS messages
            FROM wanted
            """;

    private final Batches batches;
    private final Json json;
    private final Sql sql;
    private final JobStore jobs;

    PausedInstances(Batches batches, Json json, Sql sql, JobStore jobs) {
        this.batches = batches;
        this.json = json;
        this.sql = sql;
        this.jobs = jobs;
    }

    private record Owned(UUID tenantId, InstanceSnapshot snapshot) {}

    private record Kept(UUID instanceId, String status) {}

    private record Release(NewJob job, long messages) {}

    @Incoming("campaign-instances")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, this::keep);
    }

    private void keep(List<InboundEvent> events) {
        Map<UUID, Owned> newest = new HashMap<>();
        events.stream()
                .map(event -> new Owned(event.tenantId(), read(event)))
                .forEach(each -> newest.merge(
                        each.snapshot().instanceId(),
                        each,
                        (a, b) -> a.snapshot().version() >= b.snapshot().version() ? a : b));
        List<Owned> rows = List.copyOf(newest.values());
        List<UUID> going = sql
                .list(
                        KEEP,
                        row -> new Kept(row.uuid("instance_id"), row.text("status")),
                        Sql.column("uuid", rows, row -> row.snapshot().instanceId()),
                        Sql.column("uuid", rows, Owned::tenantId),
                        Sql.column("text", rows, row -> row.snapshot().status()),
                        Sql.column("bigint", rows, row -> row.snapshot().version()))
                .stream()
                .filter(kept -> !STILL.contains(kept.status()))
                .map(Kept::instanceId)
                .toList();
        if (!going.isEmpty()) {
            release(going);
        }
    }

    private void release(List<UUID> instances) {
        List<NewJob> needed = new ArrayList<>();
        long messages;
        do {
            List<Release> released = sql.list(
                    RELEASE,
                    row -> {
                        Group group = new Group(row.uuid("tenant_id"), row.uuid("instance_id"), row.text("channel"));
                        long count = row.number("messages");
                        return new Release(group.job(row.uuid("job_id"), Group.NOBODY, count), count);
                    },
                    Sql.array("uuid", instances),
                    LARGEST_RELEASE,
                    Group.LARGEST);
            released.forEach(each -> needed.add(each.job()));
            messages = released.stream().mapToLong(Release::messages).sum();
        } while (messages == LARGEST_RELEASE);
        if (!needed.isEmpty()) {
            jobs.enqueueAll(needed);
        }
    }

    private InstanceSnapshot read(InboundEvent event) {
        InstanceSnapshot snapshot = event.value(json, InstanceSnapshot.class);
        if (snapshot.instanceId() == null || snapshot.status() == null) {
            throw new Rejection("incomplete", "instanceId or status is missing");
        }
        return snapshot;
    }
}
