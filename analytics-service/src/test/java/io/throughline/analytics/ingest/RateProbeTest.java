package io.throughline.analytics.ingest;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.History;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.io.StringReader;
import java.time.*;
import java.util.*;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class RateProbeTest {
    @Inject
    EngagementConsumer engagements;

    @Inject
    EngagementStore store;

    @Inject
    Sql sql;

    @Inject
    javax.sql.DataSource ds;

    @Test
    void rate() throws Exception {
        UUID tenant = Ids.next();
        UUID instance = Ids.next();
        int n = 200_000;
        List<UUID> people = new ArrayList<>();
        for (int i = 0; i < n / 10; i++) people.add(Ids.next());
        Random r = new Random(1);
        List<String> types = List.of("sent", "delivered", "opened", "opened", "clicked");
        List<ConsumerRecords<String, byte[]>> batches = new ArrayList<>();
        List<EngagementStore.Engagement> rows = new ArrayList<>();
        List<ProducerRecord<String, byte[]>> cur = new ArrayList<>();
        Instant now = Instant.now();
        for (int i = 0; i < n; i++) {
            EngagementEvent e = new EngagementEvent(
                    instance,
                    people.get(r.nextInt(people.size())),
                    "email",
                    types.get(r.nextInt(5)),
                    1 + r.nextInt(3),
                    now.minusSeconds(r.nextInt(86400 * 30)),
                    null);
            String id = UUID.randomUUID().toString();
            cur.add(Deliveries.record(tenant, new History.Event(id, e)));
            rows.add(new EngagementStore.Engagement(
                    tenant,
                    "test",
                    id,
                    instance,
                    e.enrollmentId(),
                    e.channel(),
                    e.eventType(),
                    e.stepNumber(),
                    e.occurredAt().truncatedTo(java.time.temporal.ChronoUnit.MICROS),
                    null));
            if (cur.size() == 2000) {
                batches.add(Deliveries.polled(cur));
                cur = new ArrayList<>();
            }
        }
        // COPY
        for (int round = 0; round < 3; round++) {
            sql.update("DROP TABLE IF EXISTS copied");
            sql.update(
                    "CREATE TABLE copied (LIKE engagement_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (tenant_id, source, event_id))");
            StringBuilder sb = new StringBuilder();
            for (var e : rows)
                sb.append(e.tenantId())
                        .append('\t')
                        .append(e.source())
                        .append('\t')
                        .append(e.eventId())
                        .append('\t')
                        .append(e.instanceId())
                        .append('\t')
                        .append(e.enrollmentId())
                        .append('\t')
                        .append(e.channel())
                        .append('\t')
                        .append(e.eventType())
                        .append('\t')
                        .append(e.stepNumber())
                        .append('\t')
                        .append(e.occurredAt())
                        .append("\t\\N\n");
            long t0 = System.nanoTime();
            try (var c = ds.getConnection()) {
                c.unwrap(org.postgresql.PGConnection.class)
                        .getCopyAPI()
                        .copyIn(
                                "COPY copied (tenant_id,source,event_id,instance_id,enrollment_id,channel,event_type,step_number,occurred_at,metadata) FROM STDIN",
                                new StringReader(sb.toString()));
            }
            long t1 = System.nanoTime();
            System.out.printf("PROBE copy %d/s%n", (long) (n / ((t1 - t0) / 1e9)));
        }
        for (int round = 0; round < 3; round++) {
            sql.update("TRUNCATE engagement_event, first_occurrence, reach, tally, daily_tally, instance_version");
            long t0 = System.nanoTime();
            for (int i = 0; i < rows.size(); i += 2000) {
                List<EngagementStore.Engagement> b = rows.subList(i, i + 2000);
                sql.inTransaction(() -> {
                    store.add(b);
                });
            }
            long t1 = System.nanoTime();
            System.out.printf("PROBE store %d/s%n", (long) (n / ((t1 - t0) / 1e9)));
        }
        for (int round = 0; round < 3; round++) {
            sql.update("TRUNCATE engagement_event, first_occurrence, reach, tally, daily_tally, instance_version");
            long t0 = System.nanoTime();
            batches.forEach(engagements::take);
            long t1 = System.nanoTime();
            System.out.printf("PROBE consumer %d/s%n", (long) (n / ((t1 - t0) / 1e9)));
        }
        long t0 = System.nanoTime();
        batches.forEach(engagements::take);
        System.out.printf("PROBE redelivered %d/s%n", (long) (n / ((System.nanoTime() - t0) / 1e9)));
        sql.update("TRUNCATE engagement_event, first_occurrence, reach, tally, daily_tally, instance_version");
        for (int i = 0; i < 120000; i += 2000) { List<EngagementStore.Engagement> b = rows.subList(i, i + 2000); sql.inTransaction(() -> { store.add(b); }); }
        String src = java.nio.file.Files.readString(java.nio.file.Path.of("src/main/java/io/throughline/analytics/ingest/EngagementStore.java"));
        String text = src.substring(src.indexOf("WITH fresh"), src.indexOf("SELECT count(*) AS fresh FROM fresh")) + "SELECT count(*) AS fresh FROM fresh";
        for (int k = 0; k < 6; k++) {
        List<EngagementStore.Engagement> events = rows.subList(120000 + k * 2000, 122000 + k * 2000);
        List<String> plan = sql.list("EXPLAIN (ANALYZE, COSTS OFF, WAL, BUFFERS OFF) " + text, row -> row.text("QUERY PLAN"),
                Sql.column("uuid", events, EngagementStore.Engagement::tenantId),
                Sql.column("text", events, EngagementStore.Engagement::source),
                Sql.column("text", events, EngagementStore.Engagement::eventId),
                Sql.column("uuid", events, EngagementStore.Engagement::instanceId),
                Sql.column("uuid", events, EngagementStore.Engagement::enrollmentId),
                Sql.column("text", events, EngagementStore.Engagement::channel),
                Sql.column("text", events, EngagementStore.Engagement::eventType),
                Sql.column("smallint", events, EngagementStore.Engagement::stepNumber),
                Sql.column("timestamptz", events, EngagementStore.Engagement::occurredAt),
                Sql.column("text", events, EngagementStore.Engagement::metadata));
        if (k == 5) plan.forEach(l -> System.out.println("PLAN " + l));
        }
    }
}
