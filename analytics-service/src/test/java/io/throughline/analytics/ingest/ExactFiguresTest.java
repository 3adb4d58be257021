package io.throughline.analytics.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.History;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Recount;
import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is delivered, however often and in whatever order: every figure equals a recount of what was produced. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class ExactFiguresTest {

    private static final int ENROLLMENTS = 60;
    private static final int EVENTS = 1500;
    /** {@code -Dhistories=1000} before a change of the counting is believed. */
    private static final int HISTORIES = Integer.getInteger("histories", 200);

    @Inject
    EngagementConsumer engagements;

    @Inject
    EnrollmentConsumer enrollments;

    @Inject
    Sql sql;

    @Inject
    Clock clock;

    private Random random;
    private String seed;
    private LocalDate today;

    @BeforeEach
    void seed() {
        long chosen = Long.getLong("seed", new Random().nextLong());
        seed = "seed " + chosen;
        System.out.println("ExactFiguresTest " + seed);
        random = new Random(chosen);
        today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    @Test
    void doNotDependOnDuplicatesOrderBatchesOrRedelivery() {
        UUID instance = Ids.next();
        History history = History.random(random, instance, ENROLLMENTS, EVENTS, today);
        for (int largest : List.of(1500, 300, 40)) {
            TestKey key = TestKeys.issue();
            CampaignStub.owns(key.apiKey(), instance);
            batches(key.tenantId(), history, largest).forEach(this::deliver);
            assertEqualsRecount(key, history);
        }
    }

    @Test
    void doNotDependOnWhoElseCounts() throws ExecutionException, InterruptedException {
        TestKey key = TestKeys.issue();
        History one = History.random(random, CampaignStub.owns(key.apiKey(), Ids.next()), ENROLLMENTS, EVENTS, today);
        History other = History.random(random, CampaignStub.owns(key.apiKey(), Ids.next()), ENROLLMENTS, EVENTS, today);
        List<ProducerRecord<String, byte[]>> mixed = new ArrayList<>(events(key.tenantId(), one));
        mixed.addAll(events(key.tenantId(), other));
        List<ProducerRecord<String, byte[]>> changes = new ArrayList<>(changes(key.tenantId(), one));
        changes.addAll(changes(key.tenantId(), other));
        try (ExecutorService consumers = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int consumer = 0; consumer < 4; consumer++) {
                List<ConsumerRecords<String, byte[]>> batches =
                        new ArrayList<>(Deliveries.batches(Deliveries.disturbed(mixed, random), 500, random));
                batches.addAll(Deliveries.batches(Deliveries.disturbed(changes, random), 50, random));
                Collections.shuffle(batches, random);
                running.add(consumers.submit(() -> batches.forEach(this::deliver)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        assertEqualsRecount(key, one);
        assertEqualsRecount(key, other);
    }

    @Test
    void doNotDependOnCrashesBeforeTheCommit() {
        TestKey key = TestKeys.issue();
        History history =
                History.random(random, CampaignStub.owns(key.apiKey(), Ids.next()), ENROLLMENTS, EVENTS, today);
        for (ConsumerRecords<String, byte[]> batch : batches(key.tenantId(), history, 300)) {
            if (random.nextBoolean()) {
                try {
                    sql.inTransaction(() -> {
                        deliver(batch);
                        throw new IllegalStateException("crash before commit, on purpose");
                    });
                } catch (RuntimeException expected) {
                    assertThat(expected).hasStackTraceContaining("on purpose");
                }
            }
            deliver(batch);
        }
        assertEqualsRecount(key, history);
    }

    @Test
    void areNeverTouchedByAnotherTenant() {
        TestKey key = TestKeys.issue();
        TestKey stranger = TestKeys.issue();
        UUID instance = CampaignStub.owns(key.apiKey(), Ids.next());
        History history = History.random(random, instance, 20, 200, today);
        batches(key.tenantId(), history, 100).forEach(this::deliver);
        History foreign = History.random(random, instance, 20, 200, today);
        batches(stranger.tenantId(), foreign, 100).forEach(this::deliver);

        assertEqualsRecount(key, history);
        Performance.get(stranger.apiKey(), instance, "").then().statusCode(404);
    }

    /** Few people and few days: every kind of repetition meets every other. */
    @Test
    void holdForManySmallHistories() {
        TestKey key = TestKeys.issue();
        for (int round = 0; round < HISTORIES; round++) {
            UUID instance = CampaignStub.owns(key.apiKey(), Ids.next());
            History history = History.random(random, instance, 1 + random.nextInt(3), 1 + random.nextInt(25), today);
            List<ConsumerRecords<String, byte[]>> batches = batches(key.tenantId(), history, 1 + random.nextInt(8));
            Collections.shuffle(batches, random);
            batches.forEach(this::deliver);
            assertEqualsRecount(key, history);
        }
    }

    @Test
    void areTheSameWhenRebuiltFromTheLog() {
        TestKey key = TestKeys.issue();
        History history =
                History.random(random, CampaignStub.owns(key.apiKey(), Ids.next()), ENROLLMENTS, EVENTS, today);
        batches(key.tenantId(), history, 500).forEach(this::deliver);
        for (String table : List.of(
                "engagement_event",
                "enrollment_memory",
                "counted_event",
                "tally",
                "daily_tally",
                "enrollment_state",
                "status_tally")) {
            sql.update("DELETE FROM " + table + " WHERE tenant_id = ?", key.tenantId());
        }
        batches(key.tenantId(), history, 500).forEach(this::deliver);
        assertEqualsRecount(key, history);
    }

    /** An open of the 5th is followed by one of the 3rd: the unique moves, the totals stay. */
    @Test
    void countAUniqueOnTheDayItFirstHappenedWhicheverArrivesFirst() {
        TestKey key = TestKeys.issue();
        UUID instance = CampaignStub.owns(key.apiKey(), Ids.next());
        UUID person = Ids.next();
        open(key, instance, person, "2026-03-05T00:00:00Z");
        assertThat(opensByDay(key)).containsExactly("2026-03-05 1 1");
        open(key, instance, person, "2026-03-03T23:59:59.999999999Z");
        open(key, instance, person, "2026-03-04T12:00:00Z");
        open(key, instance, person, "2026-03-05T12:00:00Z");
        assertThat(opensByDay(key)).containsExactly("2026-03-03 1 1", "2026-03-04 1 0", "2026-03-05 2 0");
    }

    private void open(TestKey key, UUID instance, UUID person, String occurredAt) {
        EngagementEvent opened =
                new EngagementEvent(instance, person, "email", "opened", 1, Instant.parse(occurredAt), null);
        deliver(Deliveries.polled(List.of(
                Deliveries.record(key.tenantId(), new History.Event(Ids.next().toString(), opened)))));
    }

    /** Straight from the table: the report shows no more than a year. */
    private List<String> opensByDay(TestKey key) {
        return sql.list(
                "SELECT day || ' ' || events || ' ' || firsts AS line FROM daily_tally WHERE tenant_id = ? ORDER BY day",
                row -> row.text("line"),
                key.tenantId());
    }

    @Test
    void doNotDependOnLatestFirst() {
        TestKey key = TestKeys.issue();
        History history = History.random(random, CampaignStub.owns(key.apiKey(), Ids.next()), 1, 200, today);
        List<ProducerRecord<String, byte[]>> latestFirst = new ArrayList<>(events(key.tenantId(), history));
        latestFirst.sort(Comparator.comparing((ProducerRecord<String, byte[]> each) -> history.events().stream()
                        .filter(event ->
                                new String(each.headers().lastHeader("ce_id").value()).equals(event.id()))
                        .findFirst()
                        .orElseThrow()
                        .data()
                        .occurredAt())
                .reversed());
        latestFirst.forEach(each -> engagements.take(Deliveries.polled(List.of(each))));
        changes(key.tenantId(), history).forEach(each -> enrollments.take(Deliveries.polled(List.of(each))));
        assertEqualsRecount(key, history);
    }

    private List<ConsumerRecords<String, byte[]>> batches(UUID tenant, History history, int largest) {
        List<ConsumerRecords<String, byte[]>> batches = new ArrayList<>(
                Deliveries.batches(Deliveries.disturbed(events(tenant, history), random), largest, random));
        batches.addAll(Deliveries.batches(Deliveries.disturbed(changes(tenant, history), random), largest, random));
        return batches;
    }

    private static List<ProducerRecord<String, byte[]>> events(UUID tenant, History history) {
        return history.events().stream()
                .map(event -> Deliveries.record(tenant, event))
                .toList();
    }

    private static List<ProducerRecord<String, byte[]>> changes(UUID tenant, History history) {
        return history.changes().stream()
                .map(change -> Deliveries.record(tenant, change))
                .toList();
    }

    private void deliver(ConsumerRecords<String, byte[]> batch) {
        if (batch.iterator().next().topic().equals(Topics.ENROLLMENT_CHANGES)) {
            enrollments.take(batch);
        } else {
            engagements.take(batch);
        }
    }

    private void assertEqualsRecount(TestKey key, History history) {
        for (int days : List.of(1, 30, 365)) {
            assertThat(Performance.figures(key.apiKey(), history.instance(), days)
                            .toPrettyString())
                    .as("%s, %d days", seed, days)
                    .isEqualTo(Recount.of(history, today, days).toPrettyString());
        }
    }
}
