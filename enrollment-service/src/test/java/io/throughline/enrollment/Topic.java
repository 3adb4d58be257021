package io.throughline.enrollment;

import io.quarkus.arc.Arc;
import io.throughline.events.EventHeaders;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestEvents;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** What the service has taken from a topic and what it has put there, once it has come to rest. */
public final class Topic {

    private static final String GROUP = "enrollment-service";
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private Topic() {}

    /** Returns when the service has committed everything that is on the topic now. */
    public static void consumed(String topic) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestEvents.bootstrapServers()))) {
            Awaitility.await(topic + " is consumed")
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> behind(admin, topic) == 0);
        }
    }

    private static long behind(Admin admin, String topic) throws ExecutionException, InterruptedException {
        List<TopicPartition> partitions =
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(partitions.stream()
                        .collect(java.util.stream.Collectors.toMap(each -> each, each -> OffsetSpec.latest())))
                .all()
                .get();
        return partitions.stream()
                .mapToLong(each -> ends.get(each).offset()
                        - (committed.get(each) == null ? 0 : committed.get(each).offset()))
                .sum();
    }

    /** Everything the service has published for the tenant, its outbox being empty. */
    public static <T> List<T> published(String topic, UUID tenantId, Class<T> type) {
        Json json = Arc.container().instance(Json.class).get();
        return publishedRecords(topic, tenantId).stream()
                .map(record -> json.read(record.value(), type))
                .toList();
    }

    public static List<ConsumerRecord<String, byte[]>> publishedRecords(String topic, UUID tenantId) {
        Sql sql = Arc.container().instance(Sql.class).get();
        Awaitility.await("the outbox is empty")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> sql.one(
                        "SELECT count(*) AS waiting FROM outbox WHERE tenant_id = ?",
                        row -> row.number("waiting") == 0,
                        tenantId));
        return TestEvents.read(topic, each -> tenantId.toString().equals(TestEvents.header(each, EventHeaders.TENANT)));
    }
}
