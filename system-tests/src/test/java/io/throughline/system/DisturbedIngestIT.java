package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Events in no order and three tenths of them twice, while consumers join and leave, analytics-service is killed and
 * PostgreSQL crashes: every figure equals a count made from what was published.
 *
 * <p>Small in every run. As large as one likes with {@code -Dthroughline.disturbed.events=1000000} (the whole command is in
 * {@code CONTRIBUTING.md}): from a million on with 20 rebalances and three kills.
 */
@ExtendWith(SharedSuite.class)
class DisturbedIngestIT {

    private static final int EVENTS = Integer.getInteger("throughline.disturbed.events", 60_000);
    private static final boolean MANY = EVENTS >= 1_000_000;
    /** Events are published in so many; the sets below say after which of them what happens. */
    private static final int PORTIONS = 16;

    private static final Set<Integer> JOINS = MANY ? Set.of(0, 1, 3, 4, 6, 7, 9, 11, 12, 14) : Set.of(4, 12);
    private static final Set<Integer> KILLS = MANY ? Set.of(2, 8, 13) : Set.of(2);
    private static final Set<Integer> CRASHES = Set.of(10);

    private static final List<String> TYPES = List.of("sent", "opened", "clicked", "replied", "bounced");
    private static final int DAYS = 30;

    @Test
    void changesNoFigure(SharedSuite.Stage stage) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("DisturbedIngestIT seed " + seed + ", events " + EVENTS);
        Random random = new Random(seed);
        String instance = instance(stage.client());
        List<Engagement.Event> distinct =
                distinct(EVENTS / 10 * 7, random, Clock.systemUTC().instant());
        List<Engagement.Event> published = withDuplicates(distinct, random);
        OtherSystem other = new OtherSystem(stage.suite().bootstrapServers(), stage.tenant());
        for (int portion = 0; portion < PORTIONS; portion++) {
            if (KILLS.contains(portion)) {
                Journey.patiently("a service to kill").until(stage.suite()::allReady);
            }
            other.publish(
                    instance,
                    published.subList(
                            published.size() / PORTIONS * portion,
                            portion == PORTIONS - 1 ? published.size() : published.size() / PORTIONS * (portion + 1)));
            disturb(stage.suite(), portion);
        }
        Journey.patiently("the report is exact, seed " + seed)
                .atMost(Duration.ofSeconds(120 + EVENTS / 1_000))
                .untilAsserted(() -> compare(report(stage.client(), instance), distinct));
    }

    private static void disturb(RunningSuite suite, int portion) throws Exception {
        if (JOINS.contains(portion)) {
            joinAndLeave(suite.bootstrapServers());
        }
        if (KILLS.contains(portion)) {
            suite.kill("analytics-service");
        }
        if (CRASHES.contains(portion)) {
            suite.crashPostgres();
        }
    }

    /** Two rebalances: partitions go to a member that takes nothing in, and come back. */
    private static void joinAndLeave(String bootstrapServers) {
        try (KafkaConsumer<byte[], byte[]> stranger = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        "analytics-service",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            stranger.subscribe(List.of("engagement.events.v1"));
            Journey.patiently("the stranger is given partitions").until(() -> {
                stranger.poll(Duration.ofMillis(100));
                return !stranger.assignment().isEmpty();
            });
        }
    }

    private static String instance(Client client) {
        String template = client.post("/api/campaigns/templates", """
                        {"name":"One mail","steps":[{"channel":"email","delay":"PT0S","subject":"Hello","body":"Hello."}]}""")
                .path("data")
                .path("id")
                .asText();
        return client.post("/api/campaigns/instances", """
                        {"name":"Disturbed","templateId":"%s","sender":"Ann <ann@example.com>"}""".formatted(template))
                .path("data")
                .path("id")
                .asText();
    }

    private static JsonNode report(Client client, String instance) {
        return client.get("/api/campaigns/instances/" + instance + "/performance?days=" + 2 * DAYS)
                .path("data");
    }

    private static List<Engagement.Event> distinct(int count, Random random, Instant now) {
        List<String> enrollments = new ArrayList<>();
        for (int number = 0; number < Math.max(1, count / 35); number++) {
            enrollments.add(new UUID(random.nextLong(), random.nextLong()).toString());
        }
        List<Engagement.Event> events = new ArrayList<>(count);
        for (int number = 0; number < count; number++) {
            events.add(new Engagement.Event(
                    "event-" + number,
                    enrollments.get(random.nextInt(enrollments.size())),
                    TYPES.get(random.nextInt(TYPES.size())),
                    1 + random.nextInt(3),
                    now.minusSeconds(random.nextInt(DAYS * 86_400))));
        }
        return events;
    }

    private static List<Engagement.Event> withDuplicates(List<Engagement.Event> distinct, Random random) {
        List<Engagement.Event> published = new ArrayList<>(distinct);
        while (published.size() < EVENTS) {
            published.add(distinct.get(random.nextInt(distinct.size())));
        }
        Collections.shuffle(published, random);
        return published;
    }

    private static void compare(JsonNode report, List<Engagement.Event> distinct) {
        Map<String, Engagement.Counts> byType = new HashMap<>();
        report.path("events").forEach(each -> byType.put(each.path("eventType").asText(), counts(each)));
        assertThat(byType).isEqualTo(new Engagement(distinct, List.of()).byType());

        Map<String, Engagement.Counts> byDay = new HashMap<>();
        report.path("timeSeries")
                .forEach(each -> byDay.put(
                        each.path("date").asText() + " "
                                + each.path("eventType").asText(),
                        counts(each)));
        assertThat(byDay).isEqualTo(byDay(distinct));

        Map<String, Long> bySteps = new HashMap<>();
        for (JsonNode step : report.path("steps")) {
            for (String type : TYPES) {
                bySteps.put(
                        step.path("stepNumber").asInt() + " " + type,
                        step.path(type).asLong());
            }
        }
        assertThat(bySteps).isEqualTo(byStep(distinct));
    }

    private static Engagement.Counts counts(JsonNode row) {
        return new Engagement.Counts(
                row.path("total").asLong(), row.path("unique").asLong());
    }

    /** Total by day; unique on the day of the first of its type and step that an enrollment had. */
    private static Map<String, Engagement.Counts> byDay(List<Engagement.Event> distinct) {
        Map<String, Long> totals = new HashMap<>();
        Map<String, LocalDate> firsts = new HashMap<>();
        for (Engagement.Event event : distinct) {
            totals.merge(event.day() + " " + event.type(), 1L, Long::sum);
            firsts.merge(
                    event.type() + " " + event.step() + event.enrollmentId(),
                    event.day(),
                    (one, other) -> one.isBefore(other) ? one : other);
        }
        Map<String, Long> uniques = new HashMap<>();
        firsts.forEach((key, day) -> uniques.merge(day + " " + key.substring(0, key.indexOf(' ')), 1L, Long::sum));
        Map<String, Engagement.Counts> counts = new HashMap<>();
        totals.forEach((key, total) -> counts.put(key, new Engagement.Counts(total, uniques.getOrDefault(key, 0L))));
        return counts;
    }

    private static Map<String, Long> byStep(List<Engagement.Event> distinct) {
        Map<String, Set<String>> enrollments = new HashMap<>();
        for (Engagement.Event event : distinct) {
            enrollments
                    .computeIfAbsent(event.step() + " " + event.type(), any -> new HashSet<>())
                    .add(event.enrollmentId());
        }
        Map<String, Long> counts = new HashMap<>();
        enrollments.forEach((key, each) -> counts.put(key, (long) each.size()));
        return counts;
    }
}
