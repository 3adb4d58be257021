package io.throughline.jobs.push;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.events.Topics;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class StreamTest {

    @Inject
    Sql sql;

    @Inject
    Streams streams;

    private final TestKey key = TestKeys.issue();

    private String ask(String body) {
        return given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
    }

    private String echo() {
        return ask("{\"type\":\"echo\",\"parameters\":{\"é\":[1.50,null]}}");
    }

    /** Long enough for it to be told that it runs, and then that it has ended. */
    private String nap() {
        return ask("{\"type\":\"sleep\",\"parameters\":{\"millis\":600}}");
    }

    private String ticket() {
        return given().header("X-API-Key", key.apiKey())
                .post("/api/jobs/stream/tickets")
                .then()
                .statusCode(201)
                .extract()
                .path("data.ticket");
    }

    private StreamClient socket(String query) {
        return StreamClient.socket(query, "X-API-Key", key.apiKey());
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    /** Ids of the tenant's events as the table orders them, read apart from the code under test. */
    private List<String> tableIds() {
        return sql.list(
                "SELECT id::text AS event FROM job_event WHERE tenant_id = ? ORDER BY xid, id",
                row -> row.text("event"),
                key.tenantId());
    }

    /** Writes events as the queue does: as many as there are in one statement, those of completed jobs in one row. */
    private void tell(UUID tenantId, UUID jobId, String type, int count, String padding) {
        boolean together = type.equals("job.completed");
        sql.update("""
                INSERT INTO job_event_batch (tenant_id, type, job_ids, job)
                SELECT ?, ?, array_fill(?::uuid, ARRAY[size]),
                       jsonb_build_object('jobId', ?::uuid, 'status', 'processing', 'type', number || ?)
                FROM (VALUES (?)) AS batch(size) CROSS JOIN generate_series(1, ?) AS number
                """, tenantId, type, jobId, jobId, padding, together ? count : 1, together ? 1 : count);
    }

    @Test
    void pushesEveryMoveOfAJobExactlyAsItIsShown() {
        try (StreamClient client = socket("")) {
            String job = echo();
            eventually(() -> assertThat(client.types()).contains("job.completed"));
            assertThat(client.types()).endsWith("job.completed");
            assertThat(client.statuses()).endsWith("completed");
            String shown = given().header("X-API-Key", key.apiKey())
                    .get("/api/jobs/" + job)
                    .asString();
            String data = shown.substring(shown.indexOf("\"data\":") + 7, shown.length() - 1);
            assertThat(client.messages.getLast()).endsWith("\"data\":" + data + "}");
            assertThat(client.ids()).isEqualTo(tableIds());
        }
    }

    @Test
    void pushesServerSentEventsInAFormThatBrowsersResumeFrom() throws Exception {
        try (StreamClient client = StreamClient.events("", "X-API-Key", key.apiKey())) {
            assertThat(client.answer.statusCode()).isEqualTo(200);
            assertThat(client.answer.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/event-stream");
            assertThat(client.answer.headers().firstValue("X-Accel-Buffering")).contains("no");
            assertThat(client.answer.headers().firstValue("Content-Encoding").orElse("identity"))
                    .isEqualTo("identity");
            eventually(() -> assertThat(client.lines).contains("retry:3000"));
            String job = nap();
            eventually(() -> assertThat(client.types()).contains("job.completed"));
            assertThat(client.idsOf(job)).isEqualTo(tableIds());
            List<String> fields = client.lines.stream()
                    .filter(line -> line.startsWith("id:") || line.startsWith("event:"))
                    .map(line -> line.replace(": ", ":"))
                    .toList();
            assertThat(fields)
                    .containsExactlyInAnyOrder(
                            "event:job.progress",
                            "id:" + tableIds().getFirst(),
                            "event:job.completed",
                            "id:" + tableIds().getLast());
        }
    }

    @Test
    void givesOnlyWhatIsNewToAClientWithoutALastId() {
        String before = nap();
        eventually(() -> assertThat(tableIds()).hasSize(2));
        try (StreamClient client = socket("")) {
            String after = nap();
            eventually(() -> assertThat(client.types()).contains("job.completed"));
            assertThat(client.idsOf(before)).isEmpty();
            assertThat(client.idsOf(after)).hasSize(2);
        }
    }

    @Test
    void resumesBehindTheLastIdOverEitherTransport() throws Exception {
        tell(key.tenantId(), Ids.next(), "job.completed", 450, "");
        List<String> all = tableIds();
        String last = all.get(6);
        try (StreamClient header = StreamClient.socket("", "X-API-Key", key.apiKey(), "Last-Event-ID", last);
                StreamClient query = socket("?lastEventId=" + last);
                StreamClient events = StreamClient.events("", "X-API-Key", key.apiKey(), "Last-Event-ID", last)) {
            for (StreamClient client : List.of(header, query, events)) {
                eventually(() -> assertThat(client.messages).hasSize(443));
            }
            tell(key.tenantId(), Ids.next(), "job.failed", 3, "");
            List<String> expected = tableIds().subList(7, 453);
            for (StreamClient client : List.of(header, query, events)) {
                eventually(() -> assertThat(client.messages).hasSize(446));
                assertThat(client.ids()).isEqualTo(expected);
            }
        }
    }

    /** Transactions of random length end in another order than their ids were handed out, while clients come and go. */
    @Test
    void losesAndDoublesNothingWhileClientsReconnectAtRandom() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("StreamTest seed " + seed);
        Random random = new Random(seed);
        tell(key.tenantId(), Ids.next(), "job.completed", 1, "");
        String start = tableIds().getFirst();
        List<String> seen = new ArrayList<>(List.of(start));
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<?>> writers = Stream.generate(random::nextLong)
                    .limit(3)
                    .<Future<?>>map(each -> threads.submit(() -> write(new Random(each))))
                    .toList();
            while (writers.stream().anyMatch(each -> !each.isDone())) {
                try (StreamClient client = socket("?lastEventId=" + seen.getLast())) {
                    int enough = 1 + random.nextInt(60);
                    await().atMost(Duration.ofSeconds(20))
                            .pollInterval(Duration.ofMillis(2))
                            .until(() -> client.messages.size() >= enough
                                    || writers.stream().allMatch(Future::isDone));
                    seen.addAll(client.ids());
                }
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        try (StreamClient client = socket("?lastEventId=" + seen.getLast())) {
            List<String> expected = tableIds();
            // Reading hundreds of messages over and over would take longer than their way here.
            eventually(() -> assertThat(client.messages)
                    .as("seed %d", seed)
                    .hasSizeGreaterThanOrEqualTo(expected.size() - seen.size()));
            assertThat(Stream.concat(seen.stream(), client.ids().stream()).toList())
                    .as("seed %d", seed)
                    .isEqualTo(expected);
        }
    }

    private void write(Random random) {
        for (int transaction = 0; transaction < 80; transaction++) {
            int events = 1 + random.nextInt(4);
            double seconds = random.nextInt(12) / 1000.0;
            sql.inTransaction(() -> {
                tell(key.tenantId(), Ids.next(), "job.completed", events, "");
                sql.list("SELECT pg_sleep(?)", row -> true, seconds);
                tell(key.tenantId(), Ids.next(), "job.completed", 1, "");
            });
        }
    }

    @Test
    void saysWhenTheLastIdIsKeptNoMoreAndGoesOnWithWhatIsNew() throws Exception {
        tell(key.tenantId(), Ids.next(), "job.completed", 3, "");
        List<String> all = tableIds();
        sql.update("DELETE FROM job_event_batch WHERE id = ?", Long.valueOf(all.getFirst()));
        try (StreamClient client = socket("?lastEventId=" + all.getFirst());
                StreamClient events =
                        StreamClient.events("?lastEventId=" + all.getFirst(), "X-API-Key", key.apiKey())) {
            for (StreamClient each : List.of(client, events)) {
                eventually(() -> assertThat(each.types()).containsExactly("stream.reset"));
                assertThat(JsonPath.from(each.messages.getFirst()).getString("data.lastEventId"))
                        .isEqualTo(all.getFirst());
            }
            tell(key.tenantId(), Ids.next(), "job.failed", 1, "");
            for (StreamClient each : List.of(client, events)) {
                eventually(() -> assertThat(each.types()).containsExactly("stream.reset", "job.failed"));
            }
        }
    }

    @Test
    void sendsOnlyTheJobAndTypesAskedFor() {
        UUID one = Ids.next();
        UUID other = Ids.next();
        try (StreamClient ofJob = socket("?jobId=" + one);
                StreamClient ofTypes = socket("?type=job.failed,job.completed");
                StreamClient ofBoth = socket("?jobId=" + one + "&type=job.failed&type=job.progress")) {
            for (String type : List.of("job.progress", "job.failed", "job.completed")) {
                tell(key.tenantId(), one, type, 1, "");
                tell(key.tenantId(), other, type, 1, "");
            }
            eventually(() -> assertThat(ofJob.types()).containsExactly("job.progress", "job.failed", "job.completed"));
            eventually(() -> assertThat(ofTypes.types())
                    .containsExactly("job.failed", "job.failed", "job.completed", "job.completed"));
            eventually(() -> assertThat(ofBoth.types()).containsExactly("job.progress", "job.failed"));
            assertThat(ofJob.ids()).isEqualTo(ofJob.idsOf(one.toString()));
        }
    }

    @Test
    void showsNothingOfOtherTenants() {
        TestKey stranger = TestKeys.issue();
        tell(key.tenantId(), Ids.next(), "job.completed", 2, "");
        try (StreamClient live = StreamClient.socket("", "X-API-Key", stranger.apiKey());
                StreamClient resumed =
                        StreamClient.socket("?lastEventId=" + tableIds().getFirst(), "X-API-Key", stranger.apiKey())) {
            tell(key.tenantId(), Ids.next(), "job.completed", 1, "");
            tell(stranger.tenantId(), Ids.next(), "job.failed", 1, "");
            eventually(() -> assertThat(live.types()).containsExactly("job.failed"));
            eventually(() -> assertThat(resumed.types()).containsExactly("stream.reset", "job.failed"));
        }
    }

    @Test
    void coalescesProgressToFiveMessagesASecondAndNeverLosesTheEnd() {
        UUID job = Ids.next();
        try (StreamClient client = socket("")) {
            for (int i = 0; i < 40; i++) {
                tell(key.tenantId(), job, "job.progress", 1, "");
            }
            tell(key.tenantId(), job, "job.completed", 1, "");
            eventually(() -> assertThat(client.types()).contains("job.completed"));
            long seconds = sql.one(
                    "SELECT ceil(extract(epoch FROM clock_timestamp() - min(created_at)))::bigint AS n"
                            + " FROM job_event WHERE job_id = ?",
                    row -> row.number("n"),
                    job);
            assertThat(client.types()).endsWith("job.completed");
            assertThat(client.types().stream().filter("job.progress"::equals).count())
                    .isBetween(1L, 5 * seconds);
        }
    }

    @Test
    void letsASlowClientGoSoThatItCanResume() throws Exception {
        tell(key.tenantId(), Ids.next(), "job.completed", 1, "");
        String last = tableIds().getFirst();
        long droppedBefore = streams.figures().droppedSlow();
        try (RawSocket slow = RawSocket.open(StreamClient.address("?lastEventId=" + last), key.apiKey())) {
            eventually(() -> assertThat(streams.figures().clients()).isPositive());
            String padding = "y".repeat(40_000);
            tell(key.tenantId(), Ids.next(), "job.completed", 400, padding);
            eventually(() -> assertThat(streams.figures().droppedSlow()).isGreaterThan(droppedBefore));
            assertThat(slow.readToTheEnd()).contains("read in time");
        }
        try (StreamClient client = socket("?lastEventId=" + last)) {
            List<String> all = tableIds();
            eventually(() -> assertThat(client.messages).hasSize(400));
            assertThat(client.ids()).isEqualTo(all.subList(1, 401));
        }
    }

    @Test
    void takesATicketOnceAndOnlyWhileItIsFresh() throws Exception {
        given().header("X-API-Key", key.apiKey())
                .post("/api/jobs/stream/tickets")
                .then()
                .statusCode(201)
                .body("data.ticket", startsWith("tls_"))
                .body("data", hasKey("expiresAt"));
        String ticket = ticket();
        try (StreamClient client = StreamClient.socket("?ticket=" + ticket)) {
            String job = nap();
            eventually(() -> assertThat(client.idsOf(job)).hasSize(2));
        }
        given().accept("text/event-stream")
                .get("/api/jobs/stream?ticket=" + ticket)
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .body("code", equalTo("unauthenticated"));
        try (StreamClient events = StreamClient.events("?ticket=" + ticket())) {
            assertThat(events.answer.statusCode()).isEqualTo(200);
        }
        String old = ticket();
        sql.update(
                "UPDATE stream_ticket SET expires_at = clock_timestamp() - interval '1 second' WHERE tenant_id = ?",
                key.tenantId());
        given().accept("text/event-stream")
                .get("/api/jobs/stream?ticket=" + old)
                .then()
                .statusCode(401);
        given().post("/api/jobs/stream/tickets").then().statusCode(401);
    }

    @Inject
    Tickets tickets;

    @Test
    void removesOldTickets() {
        ticket();
        ticket();
        sql.update("""
                UPDATE stream_ticket SET expires_at = expires_at - interval '5 minutes'
                WHERE ticket_hash = (SELECT max(ticket_hash) FROM stream_ticket WHERE tenant_id = ?)
                """, key.tenantId());
        tickets.run();
        assertThat(sql.<Long>one(
                        "SELECT count(*) AS n FROM stream_ticket WHERE tenant_id = ?",
                        row -> row.number("n"),
                        key.tenantId()))
                .isEqualTo(1);
    }

    @Test
    void refusesWithAProblemBeforeTheUpgrade() throws Exception {
        TestKey writer = TestKeys.issue(Ids.next(), "write");
        for (boolean upgrade : List.of(true, false)) {
            refused(upgrade, "", 401, "unauthenticated");
            refused(upgrade, "", 401, "unauthenticated", "X-API-Key", "tlk_wrong");
            refused(upgrade, "?ticket=tls_wrong", 401, "unauthenticated");
            refused(upgrade, "", 403, "insufficient_scope", "X-API-Key", writer.apiKey());
            String body = refused(
                    upgrade,
                    "?lastEventId=soon&jobId=7&type=job.exploded",
                    422,
                    "validation_failed",
                    "X-API-Key",
                    key.apiKey());
            assertThat(body).contains("/lastEventId", "/jobId", "/type");
        }
    }

    private static String refused(boolean upgrade, String query, int status, String code, String... headers)
            throws Exception {
        RawSocket.Answer answer = RawSocket.ask(StreamClient.address(query), upgrade, headers);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.head().toLowerCase(java.util.Locale.ROOT))
                .contains("content-type: application/problem+json", "x-request-id: ");
        JsonPath problem = JsonPath.from(answer.body());
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getInt("status")).isEqualTo(status);
        assertThat(problem.getString("instance")).isEqualTo("/api/jobs/stream");
        assertThat(problem.getBoolean("success")).isFalse();
        return answer.body();
    }

    @Test
    void checksTheOriginOfPages() throws Exception {
        String address = StreamClient.address("");
        String own = address.substring(0, address.indexOf("/api"));
        RawSocket.Answer stranger =
                RawSocket.ask(address, true, "X-API-Key", key.apiKey(), "Origin", "https://evil.example.com");
        assertThat(stranger.status()).isEqualTo(403);
        assertThat(JsonPath.from(stranger.body()).getString("code")).isEqualTo("insufficient_scope");
        assertThat(RawSocket.ask(address, true, "X-API-Key", key.apiKey(), "Origin", "null")
                        .status())
                .isEqualTo(403);
        assertThat(RawSocket.ask(address, true, "X-API-Key", key.apiKey(), "Origin", own)
                        .status())
                .isEqualTo(101);
        assertThat(RawSocket.ask(address, true, "X-API-Key", key.apiKey(), "Origin", "https://allowed.example.com")
                        .status())
                .isEqualTo(101);
    }

    @Test
    void takesNoMoreClientsOfATenantThanConfigured() throws Exception {
        List<StreamClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                open.add(socket(""));
            }
            eventually(() -> assertThat(RawSocket.ask(StreamClient.address(""), true, "X-API-Key", key.apiKey())
                            .status())
                    .isEqualTo(503));
            given().header("X-API-Key", key.apiKey())
                    .get("/api/jobs/stream")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", "5");
            TestKey other = TestKeys.issue();
            StreamClient.socket("", "X-API-Key", other.apiKey()).close();
        } finally {
            open.forEach(StreamClient::close);
        }
        eventually(() -> socket("").close());
    }

    @Test
    void ignoresWhatClientsSayAndBoundsIt() throws Exception {
        try (StreamClient client = socket("")) {
            client.socket.sendText("hello", true).join();
            String job = nap();
            eventually(() -> assertThat(client.idsOf(job)).hasSize(2));
            // Whether all of it leaves before the server hangs up is chance.
            client.socket.sendText("z".repeat(100_000), true);
            eventually(() -> assertThat(client.closed).isDone());
        }
    }

    @Test
    void endsTheStreamsOfADeletedKey() throws Exception {
        try (StreamClient byKey = socket("");
                StreamClient byTicket = StreamClient.events("?ticket=" + ticket())) {
            tell(key.tenantId(), Ids.next(), "job.completed", 1, "");
            eventually(() -> assertThat(byKey.messages).hasSize(1));
            eventually(() -> assertThat(byTicket.messages).hasSize(1));
            TestEvents.publish(
                    Topics.ACCOUNT_KEYS,
                    key.keyId().toString(),
                    ApiKeyRecord.TYPE,
                    Ids.next().toString(),
                    key.tenantId(),
                    null);
            eventually(() -> assertThat(byKey.closed).isCompletedWithValue(1008));
            eventually(() -> assertThat(byTicket.types()).endsWith("stream.closed"));
            eventually(() -> assertThat(byTicket.closed).isDone());
        }
    }

    @Test
    void sendsClientsAwayWhenTheReplicaGoes() throws Exception {
        try (StreamClient client = socket("");
                StreamClient events = StreamClient.events("", "X-API-Key", key.apiKey())) {
            tell(key.tenantId(), Ids.next(), "job.completed", 1, "");
            eventually(() -> assertThat(client.messages).hasSize(1));
            eventually(() -> assertThat(events.messages).hasSize(1));
            streams.sendAway();
            eventually(() -> assertThat(client.closed).isCompletedWithValue(1001));
            eventually(() -> assertThat(events.types()).endsWith("stream.closed"));
            eventually(() -> assertThat(events.closed).isDone());
        }
        eventually(() -> assertThat(streams.figures().clients()).isZero());
    }

    @Test
    void isListedInTheMonitorAndInTheApi() {
        try (StreamClient client = socket("")) {
            tell(key.tenantId(), Ids.next(), "job.completed", 1, "");
            eventually(() -> assertThat(client.messages).hasSize(1));
            given().header("X-API-Key", key.apiKey())
                    .get("/internal/monitor")
                    .then()
                    .body("data.streams.clients", greaterThan(0))
                    .body("data.streams.sent", greaterThan(0))
                    .body("data.streams", hasKey("droppedSlow"));
        }
        given().queryParam("format", "json")
                .get("/q/openapi")
                .then()
                .body("paths.'/api/jobs/stream'", hasKey("get"))
                .body("paths.'/api/jobs/stream/tickets'", hasKey("post"))
                .body("paths.'/api/jobs/stream'.get.parameters.name", hasItems("ticket", "Last-Event-ID", "type"));
    }
}
