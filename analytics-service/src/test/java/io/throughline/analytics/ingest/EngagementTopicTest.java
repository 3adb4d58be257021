package io.throughline.analytics.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.History;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Published;
import io.throughline.analytics.Recount;
import io.throughline.events.Topics;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the broker to the report: what is counted, what is parked. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class EngagementTopicTest {

    private static final String OPENED = "opened 1 2026-11-01T09:30:00Z";

    @Inject
    Clock clock;

    private TestKey key;
    private UUID instance;
    private UUID person;
    private Published published;

    @BeforeEach
    void anInstance() {
        key = TestKeys.issue();
        instance = CampaignStub.owns(key.apiKey(), Ids.next());
        person = Ids.next();
        published = new Published(key, instance);
    }

    @Test
    void equalsARecountOfARandomHistoryThatCameOverKafka() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("EngagementTopicTest seed " + seed);
        Random random = new Random(seed);
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        History history = History.random(random, instance, 50, 3000, today);
        List<ProducerRecord<String, byte[]>> all = new ArrayList<>();
        history.events().forEach(event -> all.add(Deliveries.record(key.tenantId(), event)));
        history.changes().forEach(change -> all.add(Deliveries.record(key.tenantId(), change)));
        TestEvents.publish(Deliveries.disturbed(all, random));
        JsonNode expected = Recount.of(history, today, 365);
        eventually(() -> assertThat(
                        Performance.figures(key.apiKey(), instance, 365).toPrettyString())
                .as("seed %d", seed)
                .isEqualTo(expected.toPrettyString()));
    }

    @Test
    void countsAnIdOncePerSourceInEitherMode() {
        ProducerRecord<String, byte[]> binary = published.engagement("one", person, "email", OPENED);
        TestEvents.publish(List.of(
                binary,
                binary,
                structured("one", "test", OPENED),
                structured("one", "another-source", OPENED),
                structured("two", "test", "clicked 1 2026-11-01T09:31:00Z")));
        awaitTotals("clicked 1, opened 2");
    }

    @Test
    void parksWhatCannotBeAcceptedAndCountsTheRest() {
        Map<String, ProducerRecord<String, byte[]>> refused = refused();
        List<ProducerRecord<String, byte[]>> mixed = new ArrayList<>();
        refused.values().forEach(each -> {
            mixed.add(published.engagement(person, "email", OPENED));
            mixed.add(each);
        });
        TestEvents.publish(mixed);
        awaitTotals("opened " + refused.size());

        eventually(() -> assertThat(letters(Topics.ENGAGEMENT_EVENTS + ".dlq")).hasSize(refused.size()));
        Map<String, ConsumerRecord<String, byte[]>> origins = new LinkedHashMap<>();
        letters(Topics.ENGAGEMENT_EVENTS)
                .forEach(origin -> origins.put(origin.partition() + "@" + origin.offset(), origin));
        for (ConsumerRecord<String, byte[]> letter : letters(Topics.ENGAGEMENT_EVENTS + ".dlq")) {
            assertThat(TestEvents.header(letter, "dlq-topic")).isEqualTo(Topics.ENGAGEMENT_EVENTS);
            ConsumerRecord<String, byte[]> origin = origins.get(
                    TestEvents.header(letter, "dlq-partition") + "@" + TestEvents.header(letter, "dlq-offset"));
            assertThat(letter.key()).isEqualTo(origin.key());
            assertThat(letter.value()).isEqualTo(origin.value());
            assertThat(TestEvents.header(letter, "ce_id")).isEqualTo(TestEvents.header(origin, "ce_id"));
            assertThat(TestEvents.header(letter, "dlq-reason"))
                    .startsWith(TestEvents.header(letter, "expected-reason"));
        }
    }

    /** Every case carries the reason it must be parked for. */
    private Map<String, ProducerRecord<String, byte[]>> refused() {
        String valid = """
                {"instanceId":"%s","enrollmentId":"%s","channel":"email","eventType":"opened","stepNumber":1,
                 "occurredAt":"2026-11-01T09:30:00Z","metadata":{}}""".formatted(instance, person);
        Map<String, ProducerRecord<String, byte[]>> cases = new LinkedHashMap<>();
        refuse(cases, "no_value", null);
        refuse(cases, "unreadable", "");
        refuse(cases, "unreadable", "{\"instanceId\":");
        refuse(cases, "unreadable: the value is null", "null");
        refuse(cases, "unreadable", "[]");
        refuse(cases, "unreadable: instanceId", valid.replace(instance.toString(), "seven"));
        refuse(cases, "unreadable: occurredAt", valid.replace("2026-11-01T09:30:00Z", "yesterday"));
        refuse(cases, "unreadable: occurredAt", valid.replace("\"2026-11-01T09:30:00Z\"", "9223372036854775807"));
        refuse(cases, "unreadable: metadata", valid.replace("\"metadata\":{}", "\"metadata\":[1]"));
        refuse(cases, "unreadable: stepNumber", valid.replace("\"stepNumber\":1", "\"stepNumber\":99999999999"));
        refuse(cases, "invalid_event: instanceId is missing", valid.replace("instanceId", "instance"));
        refuse(cases, "invalid_event: enrollmentId is missing", valid.replace("enrollmentId", "enrollment"));
        refuse(cases, "invalid_event: channel is missing", valid.replace("\"email\"", "null"));
        refuse(cases, "invalid_event: channel must match", valid.replace("email", "e mail"));
        refuse(cases, "invalid_event: eventType is missing", valid.replace("eventType", "type"));
        refuse(cases, "invalid_event: eventType must match", valid.replace("opened", "Opened"));
        refuse(cases, "invalid_event: eventType must match", valid.replace("opened", "o".repeat(65)));
        refuse(cases, "invalid_event: stepNumber must", valid.replace("\"stepNumber\":1", "\"stepNumber\":-1"));
        refuse(cases, "invalid_event: stepNumber must", valid.replace("\"stepNumber\":1", "\"stepNumber\":1001"));
        refuse(cases, "invalid_event: occurredAt is missing", valid.replace("occurredAt", "at"));
        refuse(cases, "invalid_event: occurredAt is before", valid.replace("2026-", "1999-"));
        Instant inTwoDays = clock.instant().plus(Duration.ofDays(2));
        refuse(
                cases,
                "invalid_event: occurredAt is more than one day",
                valid.replace("2026-11-01T09:30:00Z", inTwoDays.toString()));
        refuse(cases, "missing_attribute: ce_id", valid).headers().remove("ce_id");
        refuse(cases, "missing_attribute: ce_source", valid).headers().remove("ce_source");
        refuse(cases, "missing_attribute: tenant", valid).headers().remove("tenant");
        refuse(cases, "invalid_tenant", valid).headers().add("tenant", "acme".getBytes(StandardCharsets.UTF_8));
        refuse(cases, "invalid_key", valid).headers().add("ce_id", "a\u0000b".getBytes(StandardCharsets.UTF_8));
        refuse(cases, "invalid_key", valid)
                .headers()
                .add("ce_id", "x".repeat(257).getBytes(StandardCharsets.UTF_8));
        structured(cases, "missing_attribute: id", "{\"source\":\"s\",\"data\":" + valid + "}");
        structured(cases, "unreadable", "{\"id\":\"i\",\"source\":\"s\"}");
        structured(cases, "unreadable", "{\"id\":");
        return cases;
    }

    private ProducerRecord<String, byte[]> refuse(
            Map<String, ProducerRecord<String, byte[]>> cases, String reason, String value) {
        ProducerRecord<String, byte[]> like = published.engagement(person, "email", OPENED);
        ProducerRecord<String, byte[]> refused = new ProducerRecord<>(
                like.topic(), null, like.key(), value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        like.headers().forEach(header -> refused.headers().add(header));
        refused.headers().add("expected-reason", reason.getBytes(StandardCharsets.UTF_8));
        cases.put(cases.size() + " " + reason, refused);
        return refused;
    }

    private void structured(Map<String, ProducerRecord<String, byte[]>> cases, String reason, String value) {
        refuse(cases, reason, value)
                .headers()
                .add("content-type", "application/cloudevents+json".getBytes(StandardCharsets.UTF_8));
    }

    private ProducerRecord<String, byte[]> structured(String id, String source, String what) {
        ProducerRecord<String, byte[]> binary = published.engagement(person, "email", what);
        String event = """
                {"specversion":"1.0","id":"%s","source":"%s","type":"io.throughline.engagement","tenant":"%s",
                 "datacontenttype":"application/json","data":%s}""".formatted(id, source, key.tenantId(), new String(binary.value(), StandardCharsets.UTF_8));
        ProducerRecord<String, byte[]> structured =
                new ProducerRecord<>(binary.topic(), binary.key(), event.getBytes(StandardCharsets.UTF_8));
        structured
                .headers()
                .add("content-type", "application/cloudevents+json; charset=UTF-8".getBytes(StandardCharsets.UTF_8));
        return structured;
    }

    private List<ConsumerRecord<String, byte[]>> letters(String topic) {
        return TestEvents.read(
                topic,
                each -> person.toString().equals(each.key()) && TestEvents.header(each, "expected-reason") != null);
    }

    /** All of the instance's events by type, for example {@code "clicked 1, opened 2"}. */
    private void awaitTotals(String expected) {
        eventually(() -> {
            List<String> totals = new ArrayList<>();
            Performance.figures(key.apiKey(), instance, 30)
                    .path("events")
                    .forEach(each -> totals.add(each.path("eventType").asText() + " "
                            + each.path("total").asInt()));
            assertThat(String.join(", ", totals)).isEqualTo(expected);
        });
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(assertion);
    }
}
