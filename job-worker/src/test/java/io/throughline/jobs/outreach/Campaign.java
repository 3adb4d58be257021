package io.throughline.jobs.outreach;

import io.quarkus.arc.Arc;
import io.throughline.events.EventHeaders;
import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.time.Ids;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** One instance of a tenant's whose messages a test publishes, and what became of them. */
public final class Campaign {

    static final String SENDER = "Ann <ann@sender.example>";

    final UUID tenantId;
    final UUID instanceId = Ids.next();
    private final Sql sql = Arc.container().instance(Sql.class).get();
    private final Json json = Arc.container().instance(Json.class).get();

    public Campaign(UUID tenantId) {
        this.tenantId = tenantId;
    }

    Campaign() {
        this(Ids.next());
    }

    public UUID tenantId() {
        return tenantId;
    }

    public static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }

    public OutreachMessage to(String recipient) {
        return message("email", SENDER, recipient, "Hello", "Hello there.\n");
    }

    OutreachMessage message(String channel, String sender, String recipient, String subject, String body) {
        return new OutreachMessage(
                Ids.next(),
                Ids.next(),
                instanceId,
                Ids.next(),
                channel,
                1,
                sender,
                recipient,
                subject,
                body,
                null,
                null,
                null,
                null);
    }

    OutreachMessage hashed(OutreachMessage message, String addressHash) {
        return new OutreachMessage(
                message.messageId(),
                message.enrollmentId(),
                message.instanceId(),
                message.contactId(),
                message.channel(),
                message.stepNumber(),
                message.sender(),
                message.recipient(),
                message.subject(),
                message.body(),
                message.html(),
                addressHash,
                message.tracking(),
                message.variant());
    }

    /** Nobody else's. */
    public static String address(String name) {
        return name + "-" + Ids.next() + "@recipient.example";
    }

    ProducerRecord<String, byte[]> event(OutreachMessage message) {
        return TestEvents.event(
                Topics.OUTREACH_MESSAGES,
                message.enrollmentId().toString(),
                OutreachMessage.TYPE,
                message.messageId().toString(),
                tenantId,
                message);
    }

    public void publish(OutreachMessage... messages) {
        TestEvents.publish(Arrays.stream(messages).map(this::event).toList());
    }

    /** As the ledger has it; null when it has not. */
    String status(OutreachMessage message) {
        return column(message, "status");
    }

    String detail(OutreachMessage message) {
        return column(message, "detail");
    }

    UUID job(OutreachMessage message) {
        return UUID.fromString(column(message, "job_id"));
    }

    int attempt(OutreachMessage message) {
        return Integer.parseInt(column(message, "attempt"));
    }

    private String column(OutreachMessage message, String name) {
        return sql.first(
                        "SELECT " + name + "::text AS value FROM outreach_message WHERE message_id = ?",
                        row -> new String[] {row.text("value")},
                        message.messageId())
                .map(value -> value[0])
                .orElse(null);
    }

    Map<String, Long> statuses() {
        return sql
                .list(
                        "SELECT status FROM outreach_message WHERE instance_id = ?",
                        row -> row.text("status"),
                        instanceId)
                .stream()
                .collect(Collectors.groupingBy(status -> status, TreeMap::new, Collectors.counting()));
    }

    /** Everything on the topic about this instance, redeliveries of the relay included. */
    public List<ConsumerRecord<String, byte[]>> engagement() {
        return TestEvents.read(
                Topics.ENGAGEMENT_EVENTS,
                event -> json.read(event.value(), EngagementEvent.class)
                        .instanceId()
                        .equals(instanceId));
    }

    /** What was told, each event once. */
    public List<EngagementEvent> events() {
        Map<String, EngagementEvent> events = new LinkedHashMap<>();
        engagement()
                .forEach(event -> events.put(
                        TestEvents.header(event, EventHeaders.ID), json.read(event.value(), EngagementEvent.class)));
        return List.copyOf(events.values());
    }

    /** Of the first event. */
    Map<String, Object> metadata() {
        return json.read(engagement().getFirst().value(), EngagementEvent.class).metadata();
    }

    /** Ids of the events about this instance, sorted. */
    List<String> eventIds() {
        List<String> ids = new ArrayList<>();
        engagement().forEach(event -> ids.add(TestEvents.header(event, EventHeaders.ID)));
        ids.sort(null);
        return ids;
    }
}
