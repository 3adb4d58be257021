package io.throughline.platform.monitor;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Records this service's consumer group has not yet committed, by topic. */
@Singleton
class ConsumerLagSection implements MonitorSection {

    private final String bootstrapServers;
    private final String group;
    private Admin admin;

    ConsumerLagSection(
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers,
            @ConfigProperty(name = "quarkus.application.name") String group) {
        this.bootstrapServers = bootstrapServers;
        this.group = group;
    }

    @Override
    public String name() {
        return "lag";
    }

    @Override
    public Map<String, Object> figures() {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin().listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(2, TimeUnit.SECONDS);
            var ends = admin().listOffsets(committed.keySet().stream()
                            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                    .all()
                    .get(2, TimeUnit.SECONDS);
            Map<String, Object> lag = new TreeMap<>();
            committed.forEach((partition, offset) -> {
                long behind = offset == null ? 0 : ends.get(partition).offset() - offset.offset();
                lag.merge(partition.topic(), behind, (a, b) -> (Long) a + (Long) b);
            });
            return lag;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of("unavailable", "interrupted");
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return Map.of("unavailable", "the broker did not answer");
        }
    }

    private synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2000,
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2000));
        }
        return admin;
    }

    synchronized void close(@Observes ShutdownEvent event) {
        if (admin != null) {
            admin.close(java.time.Duration.ofSeconds(1));
        }
    }
}
