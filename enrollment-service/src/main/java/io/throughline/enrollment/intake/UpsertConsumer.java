package io.throughline.enrollment.intake;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.imports.ContactUpsertBatch;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * {@code contact.upserts.v1} into contacts. A record is a transaction of its own: it locks its contacts in the order of
 * their emails, and two such orders in one transaction could deadlock with another replica's.
 */
@ApplicationScoped
class UpsertConsumer {

    private final Batches batches;
    private final IntakeStore intake;
    private final Json json;

    UpsertConsumer(Batches batches, IntakeStore intake, Json json) {
        this.batches = batches;
        this.intake = intake;
        this.json = json;
    }

    @Incoming("contact-upserts")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> each : records) {
            TopicPartition partition = new TopicPartition(each.topic(), each.partition());
            batches.take(
                    new ConsumerRecords<>(Map.of(partition, List.of(each)), Map.of()),
                    events -> events.forEach(event -> intake.take(event, batch(event))));
        }
    }

    private ContactUpsertBatch batch(InboundEvent event) {
        ContactUpsertBatch batch = event.value(json, ContactUpsertBatch.class);
        if (batch.importId() == null || batch.rows() == null || batch.rows().contains(null)) {
            throw new InboundEvent.Rejection("incomplete", "importId or rows are missing");
        }
        return batch;
    }
}
