package io.throughline.analytics.ingest;

import io.throughline.analytics.History;
import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.platform.test.TestEvents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Turns a history into polled batches: with duplicates, in any order, cut anywhere, some of them delivered again. */
final class Deliveries {

    private Deliveries() {}

    static ProducerRecord<String, byte[]> record(UUID tenant, History.Event event) {
        return TestEvents.event(
                Topics.ENGAGEMENT_EVENTS,
                event.data().enrollmentId().toString(),
                EngagementEvent.TYPE,
                event.id(),
                tenant,
                event.data());
    }

    static ProducerRecord<String, byte[]> record(UUID tenant, EnrollmentChanged change) {
        return TestEvents.event(
                Topics.ENROLLMENT_CHANGES,
                change.enrollmentId().toString(),
                EnrollmentChanged.TYPE,
                change.enrollmentId() + ":" + change.version(),
                tenant,
                change);
    }

    /** Between a fifth and three tenths more than there are, shuffled. */
    static List<ProducerRecord<String, byte[]>> disturbed(List<ProducerRecord<String, byte[]>> records, Random random) {
        List<ProducerRecord<String, byte[]>> all = new ArrayList<>(records);
        int more = (int) (records.size() * (0.2 + random.nextDouble() / 10));
        for (int i = 0; i < more; i++) {
            all.add(records.get(random.nextInt(records.size())));
        }
        Collections.shuffle(all, random);
        return all;
    }

    static List<ConsumerRecords<String, byte[]>> batches(
            List<ProducerRecord<String, byte[]>> records, int largest, Random random) {
        List<ConsumerRecords<String, byte[]>> batches = new ArrayList<>();
        int at = 0;
        while (at < records.size()) {
            int end = Math.min(records.size(), at + 1 + random.nextInt(largest));
            batches.add(polled(records.subList(at, end)));
            if (random.nextInt(5) == 0) {
                batches.add(batches.get(random.nextInt(batches.size())));
            }
            at = end;
        }
        return batches;
    }

    static ConsumerRecords<String, byte[]> polled(List<ProducerRecord<String, byte[]>> records) {
        String topic = records.getFirst().topic();
        List<ConsumerRecord<String, byte[]>> polled = new ArrayList<>();
        for (ProducerRecord<String, byte[]> record : records) {
            ConsumerRecord<String, byte[]> each =
                    new ConsumerRecord<>(topic, 0, polled.size(), record.key(), record.value());
            record.headers().forEach(header -> each.headers().add(header));
            polled.add(each);
        }
        return new ConsumerRecords<>(Map.of(new TopicPartition(topic, 0), polled), Map.of());
    }
}
