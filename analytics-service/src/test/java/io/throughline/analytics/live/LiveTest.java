package io.throughline.analytics.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Plan;
import io.throughline.analytics.Published;
import io.throughline.analytics.live.LiveStream.Shown;
import io.throughline.analytics.report.ReadReport;
import io.throughline.events.Topics;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class LiveTest {

    @Inject
    Sql sql;

    @Inject
    Streams streams;

    @Inject
    ReadReport reports;

    private TestKey key;
    private UUID instance;
    private Published published;

    @BeforeEach
    void anInstanceThatNobodyWatches() {
        key = TestKeys.issue();
        instance = CampaignStub.owns(key.apiKey(), Ids.next());
        published = new Published(key, instance);
        TestClock.set(Instant.parse("2026-11-05T12:00:00Z"));
        eventually(() -> assertThat(open()).isZero());
    }

    @AfterEach
    void resetClock() {
        TestClock.reset();
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    private int open() {
        return (Integer) streams.figures().get("streams");
    }

    private LiveClient watch(String query) throws Exception {
        return new LiveClient(key.apiKey(), instance, query);
    }

    private void publish(String what) {
        TestEvents.publish(List.of(published.engagement(Ids.next(), "email", what)));
    }

    private String data(String query) {
        String body = Performance.get(key.apiKey(), instance, query).asString();
        return body.substring(body.indexOf("\"data\":") + 7, body.length() - 1);
    }

    @Test
    void pushesTheReportAtOnceAndWheneverItChanges() throws Exception {
        try (LiveClient client = watch("?days=7")) {
            assertThat(client.answer.statusCode()).isEqualTo(200);
            assertThat(client.answer.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/event-stream");
            assertThat(client.answer.headers().firstValue("X-Accel-Buffering")).contains("no");
            assertThat(client.answer.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(client.answer.headers().firstValue("Content-Encoding").orElse("identity"))
                    .isEqualTo("identity");
            eventually(() -> assertThat(client.all("data")).containsExactly(data("?days=7")));
            assertThat(client.all("event")).containsExactly("report");
            assertThat(client.all("id")).containsExactly("0");
            assertThat(client.all("retry")).containsExactly("3000");

            publish("sent 1 2026-11-05T08:00:00Z");
            eventually(
                    () -> assertThat(JsonPath.from(client.all("data").getLast()).getList("events.total"))
                            .isEqualTo(List.of(1)));
            publish("opened 1 2026-11-05T08:00:00Z");
            eventually(
                    () -> assertThat(JsonPath.from(client.all("data").getLast()).getList("events.eventType"))
                            .isEqualTo(List.of("opened", "sent")));
            assertThat(client.all("data").getLast()).isEqualTo(data("?days=7"));
            assertThat(client.all("event")).hasSize(3).containsOnly("report");
            assertThat(client.all("id").stream().map(Long::valueOf))
                    .doesNotHaveDuplicates()
                    .isSorted();
            assertThat(Long.valueOf(client.all("id").getLast())).isEqualTo(version());
        }
    }

    private long version() {
        return sql.one(
                "SELECT version FROM instance_version WHERE tenant_id = ? AND instance_id = ?",
                row -> row.number("version"),
                key.tenantId(),
                instance);
    }

    @Test
    void pushesTheDaysOfTheNewDateAtMidnight() throws Exception {
        publish("sent 1 2026-11-05T08:00:00Z");
        eventually(() -> assertThat(data("?days=1")).contains("\"date\":\"2026-11-05\""));
        try (LiveClient client = watch("?days=1")) {
            eventually(() -> assertThat(client.all("data")).hasSize(1));
            TestClock.advance(Duration.ofDays(1));
            eventually(() -> assertThat(client.all("data")).hasSize(2));
            assertThat(JsonPath.from(client.all("data").getFirst()).getList("timeSeries"))
                    .hasSize(1);
            assertThat(JsonPath.from(client.all("data").getLast()).getList("timeSeries"))
                    .isEmpty();
        }
    }

    @Test
    void computesAReportOnceForAllWhoWatchIt() throws Exception {
        try (LiveClient one = watch("");
                LiveClient other = watch("");
                LiveClient third = watch("")) {
            List<LiveClient> clients = List.of(one, other, third);
            eventually(() ->
                    clients.forEach(client -> assertThat(client.all("data")).hasSize(1)));
            long before = (Long) reports.figures().get("computed");
            publish("sent 1 2026-11-05T08:00:00Z");
            eventually(() ->
                    clients.forEach(client -> assertThat(client.all("data")).hasSize(2)));
            assertThat((Long) reports.figures().get("computed")).isEqualTo(before + 1);
            assertThat(other.all("data")).isEqualTo(one.all("data"));
            assertThat(third.all("data")).isEqualTo(one.all("data"));
        }
    }

    @Test
    void givesASignOfLifeWhileNothingHappens() throws Exception {
        try (LiveClient client = watch("")) {
            eventually(() -> assertThat(client.all("data")).hasSize(1));
            assertThat(client.lines).noneMatch(line -> line.startsWith(":"));
            for (int beats = 1; beats <= 2; beats++) {
                int expected = beats;
                TestClock.advance(Duration.ofSeconds(15));
                eventually(() -> assertThat(client.lines.stream().filter(line -> line.startsWith(":")))
                        .hasSizeGreaterThanOrEqualTo(expected));
            }
            assertThat(client.all("data")).hasSize(1);
        }
    }

    @Test
    void forgetsAClientThatHasGone() throws Exception {
        LiveClient client = watch("");
        eventually(() -> assertThat(open()).isEqualTo(1));
        client.close();
        eventually(() -> assertThat(open()).isZero());
    }

    @Test
    void endsEveryStreamCleanlyWhenTheReplicaGoes() throws Exception {
        try (LiveClient one = watch("");
                LiveClient other = watch("?days=7")) {
            eventually(() -> assertThat(open()).isEqualTo(2));
            streams.sendAway();
            for (LiveClient client : List.of(one, other)) {
                eventually(() -> assertThat(client.ended).isDone());
                assertThat(client.ended).isCompleted();
            }
            assertThat(open()).isZero();
        }
    }

    @Test
    void endsTheStreamsOfADeletedKey() throws Exception {
        try (LiveClient client = watch("")) {
            eventually(() -> assertThat(client.all("data")).hasSize(1));
            TestEvents.publish(
                    Topics.ACCOUNT_KEYS,
                    key.keyId().toString(),
                    ApiKeyRecord.TYPE,
                    Ids.next().toString(),
                    key.tenantId(),
                    null);
            eventually(() -> assertThat(client.ended).isCompleted());
            assertThat(open()).isZero();
        }
    }

    @Test
    void takesNoMoreStreamsOfATenantAndOfAllThanItCanBear() throws Exception {
        List<LiveClient> clients = new ArrayList<>();
        try {
            fill(clients, key, instance, 20);
            Performance.get(key.apiKey(), instance, "/stream")
                    .then()
                    .statusCode(429)
                    .contentType("application/problem+json")
                    .header("Retry-After", notNullValue())
                    .body("success", is(false))
                    .body("code", equalTo("too_many_streams"));
            for (int tenant = 2; tenant <= 10; tenant++) {
                TestKey other = TestKeys.issue();
                fill(clients, other, CampaignStub.owns(other.apiKey(), Ids.next()), 20 * tenant);
            }
            TestKey last = TestKeys.issue();
            UUID watched = CampaignStub.owns(last.apiKey(), Ids.next());
            Performance.get(last.apiKey(), watched, "/stream")
                    .then()
                    .statusCode(429)
                    .body("code", equalTo("too_many_streams"));
            clients.removeFirst().close();
            eventually(() -> assertThat(open()).isEqualTo(199));
            fill(clients, last, watched, 200);
        } finally {
            clients.forEach(LiveClient::close);
        }
    }

    private void fill(List<LiveClient> clients, TestKey owner, UUID watched, int upTo) throws Exception {
        while (clients.size() < upTo) {
            clients.add(new LiveClient(owner.apiKey(), watched, ""));
        }
        eventually(() -> assertThat(open()).isEqualTo(upTo));
    }

    @Test
    void refusesWithAProblemBeforeTheStreamBegins() {
        Performance.get(key.apiKey(), instance, "/stream?days=0")
                .then()
                .statusCode(422)
                .contentType("application/problem+json")
                .body("errors.pointer", equalTo(List.of("/days")));
        Performance.get(TestKeys.issue().apiKey(), instance, "/stream")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("not_found"));
        assertThat(open()).isZero();
    }

    /** A subscriber that has asked for one event, and for no other until it says so. */
    private static final class SlowReader implements Flow.Subscriber<OutboundSseEvent> {

        private final List<OutboundSseEvent> events = new CopyOnWriteArrayList<>();
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(1);
        }

        @Override
        public void onNext(OutboundSseEvent event) {
            events.add(event);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {}
    }

    @Test
    void keepsOnlyTheNewestReportForAClientThatDoesNotRead() {
        ReadReport.Key first = reports.key(key.tenantId(), instance, 30, 0);
        SlowReader reader = new SlowReader();
        LiveStream.of(
                        streams,
                        key.apiKey(),
                        new Shown(first, reports.read(first).data()),
                        new SseImpl())
                .subscribe(reader);
        try {
            assertThat(reader.events).extracting(OutboundSseEvent::getId).containsExactly("0");
            long before = pushed();
            for (int version = 1; version <= 3; version++) {
                int expected = version;
                sql.update("""
                        INSERT INTO instance_version AS known (tenant_id, instance_id, version) VALUES (?, ?, ?)
                        ON CONFLICT ON CONSTRAINT instance_version_is_one_per_instance
                            DO UPDATE SET version = excluded.version
                        """, key.tenantId(), instance, version);
                eventually(() -> assertThat(pushed()).isEqualTo(before + expected));
            }
            TestClock.advance(Duration.ofMinutes(1));
            assertThat(reader.events).hasSize(1);
            reader.subscription.request(1);
            assertThat(reader.events).extracting(OutboundSseEvent::getId).containsExactly("0", "3");
        } finally {
            reader.subscription.cancel();
        }
        assertThat(open()).isZero();
    }

    private long pushed() {
        return (Long) streams.figures().get("pushed");
    }

    @Test
    void readsTheVersionsOfAllWatchedInstancesByTheirKey() {
        UUID crowd = Ids.next();
        sql.update("""
                INSERT INTO instance_version (tenant_id, instance_id, version)
                SELECT ?, gen_random_uuid(), 1 FROM generate_series(1, 5000)
                """, crowd);
        try {
            sql.update("ANALYZE instance_version");
            List<UUID> watched = sql.list(
                    "SELECT instance_id FROM instance_version WHERE tenant_id = ? ORDER BY instance_id LIMIT 200",
                    row -> row.uuid("instance_id"),
                    crowd);
            assertThat(Plan.of(
                                    sql,
                                    VersionStore.VERSIONS,
                                    Sql.column("uuid", watched, each -> crowd),
                                    Sql.array("uuid", watched))
                            .rowsTouched())
                    .isEqualTo(200);
        } finally {
            sql.update("DELETE FROM instance_version WHERE tenant_id = ?", crowd);
        }
    }
}
