package io.throughline.jobs.enrichment;

import static io.restassured.RestAssured.given;
import static io.throughline.jobs.outside.ScriptedProvider.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import io.throughline.jobs.outside.ScriptedProvider;
import io.throughline.jobs.outside.ScriptedProvider.Heard;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = ProvidersForTests.class, scope = TestResourceScope.GLOBAL)
class EnrichmentTest {

    private static final String ANN = """
            {"person":{"fullName":"Ann Lee","titles":["CTO","Founder"],"secret":1},"company":{"size":120}}""";

    private final TestKey key = TestKeys.issue();
    private final ScriptedProvider enrich = ProvidersForTests.enrich();
    private final ScriptedProvider discover = ProvidersForTests.discover();

    @Inject
    Sql sql;

    @Inject
    Enrich.Outdated outdated;

    @BeforeEach
    void nothingHeard() {
        enrich.always(saying(200, ANN)).heard().clear();
        discover.always(saying(200, "{\"candidates\":[]}")).heard().clear();
    }

    @AfterEach
    void resetClock() {
        TestClock.reset();
    }

    private RequestSpecification client(TestKey as) {
        return given().header("X-API-Key", as.apiKey()).contentType("application/json");
    }

    private String ask(TestKey as, String type, Map<String, Object> parameters) {
        return client(as)
                .body(Map.of("type", type, "parameters", parameters))
                .post("/api/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
    }

    private JsonPath job(String id) {
        return client(key)
                .get("/api/jobs/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private JsonPath ended(String id, String status) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> assertThat(job(id).getString("data.status")).isEqualTo(status));
        return job(id);
    }

    private JsonPath enriched(String email) {
        return ended(ask(key, "enrich", Map.of("email", email)), "completed");
    }

    private static String address() {
        return "ann-" + Ids.next() + "@x.example";
    }

    private long rows() {
        return sql.one(
                "SELECT count(*) AS count FROM enrichment WHERE tenant_id = ?",
                row -> row.number("count"),
                key.tenantId());
    }

    @Test
    void asksTheProviderOnceAndKeepsWhatIsConfigured() {
        String address = address();
        String id = ask(key, "enrich", Map.of("email", " " + address.toUpperCase(java.util.Locale.ROOT)));
        JsonPath job = ended(id, "completed");
        assertThat(job.getMap("data.result.fields"))
                .isEqualTo(Map.of("name", "Ann Lee", "title", "CTO", "employees", 120));
        assertThat(job.getBoolean("data.result.found")).isTrue();
        assertThat(job.getBoolean("data.result.cached")).isFalse();
        assertThat(job.getInt("data.progress.done")).isEqualTo(1);

        assertThat(enrich.heard()).hasSize(1);
        Heard heard = enrich.heard().getFirst();
        assertThat(heard.body()).isEqualTo("{\"email\":\"" + address + "\"}");
        assertThat(heard.header("Idempotency-Key")).isEqualTo(id);
        assertThat(heard.header("Throughline-Attempt")).matches(id + "/\\d+");
    }

    @Test
    void whatIsKeptIsNotAskedForAgainUntilItIsOutdated() {
        String address = address();
        enriched(address);
        JsonPath again = enriched(address);
        assertThat(again.getBoolean("data.result.cached")).isTrue();
        assertThat(again.getString("data.result.fields.name")).isEqualTo("Ann Lee");
        assertThat(enrich.heard()).hasSize(1);

        TestClock.advance(Duration.ofDays(29));
        assertThat(enriched(address).getBoolean("data.result.cached")).isTrue();
        TestClock.advance(Duration.ofDays(2));
        assertThat(enriched(address).getBoolean("data.result.cached")).isFalse();
        assertThat(enrich.heard()).hasSize(2);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void thatNothingIsKnownIsKeptForADay() {
        String address = address();
        enrich.always(saying(404, "{\"error\":\"unknown\"}"));
        assertThat(enriched(address).getBoolean("data.result.found")).isFalse();
        assertThat(enriched(address).getBoolean("data.result.cached")).isTrue();
        enrich.always(saying(200, ANN));
        TestClock.advance(Duration.ofHours(25));
        assertThat(enriched(address).getBoolean("data.result.found")).isTrue();
        assertThat(enrich.heard()).hasSize(2);
    }

    @Test
    void anotherTenantPaysForItsOwn() {
        String address = address();
        enriched(address);
        TestKey other = TestKeys.issue();
        ask(other, "enrich", Map.of("email", address));
        await().atMost(Duration.ofSeconds(30)).until(() -> enrich.heard().size() == 2);
    }

    @Test
    void theOutdatedIsRemoved() {
        enriched(address());
        outdated.run();
        assertThat(rows()).isEqualTo(1);
        TestClock.advance(Duration.ofDays(31));
        outdated.run();
        assertThat(rows()).isZero();
    }

    @Test
    void everyAttemptIsOneCallWithAnIdOfItsOwn() {
        enrich.next(saying(500, ""), saying(502, "")).always(saying(200, ANN));
        String id = ask(key, "enrich", Map.of("domain", "x.example"));
        assertThat(ended(id, "completed").getInt("data.attempt")).isEqualTo(3);
        assertThat(enrich.heard())
                .extracting(heard -> heard.header("Throughline-Attempt"))
                .allMatch(attempt -> attempt.matches(id + "/\\d+"))
                .hasSize(3)
                .doesNotHaveDuplicates();
        assertThat(enrich.heard())
                .extracting(heard -> heard.header("Idempotency-Key"))
                .containsOnly(id);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void failsAfterFiveAttemptsAndKeepsNothing() {
        enrich.always(saying(500, ""));
        JsonPath job = ended(ask(key, "enrich", Map.of("email", address())), "failed");
        assertThat(job.getString("data.error.code")).isEqualTo("provider_unavailable");
        assertThat(job.getString("data.error.message")).isEqualTo("the provider answered 500");
        assertThat(enrich.heard()).hasSize(5);
        assertThat(rows()).isZero();
    }

    @Test
    void whatTheProviderRefusesIsNotTriedAgain() {
        enrich.always(saying(401, ""));
        JsonPath job = ended(ask(key, "enrich", Map.of("email", address())), "failed");
        assertThat(job.getString("data.error.code")).isEqualTo("provider_refused");
        assertThat(enrich.heard()).hasSize(1);
    }

    @Test
    void garbageFailsForGood() {
        for (String garbage : List.of("<html>busy</html>", "", "42", "{\"a\":", "[".repeat(5_000))) {
            enrich.always(saying(200, garbage));
            JsonPath job = ended(ask(key, "enrich", Map.of("email", address())), "failed");
            assertThat(job.getString("data.error.code")).isEqualTo("unreadable_answer");
        }
        assertThat(enrich.heard()).hasSize(5);
        assertThat(rows()).isZero();
    }

    @Test
    void charactersThatAreNoneAndLongTextsAreStoredAsFarAsTheyCanBe() {
        enrich.always(saying(200, """
                {"person":{"fullName":"A\\u0000nn \\ud800 Lee","titles":["%s"]},"company":{"size":1e999}}""".formatted("x".repeat(10_000))));
        JsonPath job = enriched(address());
        assertThat(job.getString("data.result.fields.name")).isEqualTo("Ann ? Lee");
        assertThat(job.getString("data.result.fields.title")).isEqualTo("x".repeat(2_000));
        assertThat(job.getMap("data.result.fields")).doesNotContainKey("employees");
    }

    @Test
    void aJobThatWasCancelledMeanwhileKeepsNothing() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        enrich.next(exchange -> {
            asked.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            saying(200, ANN).to(exchange);
        });
        String address = address();
        String id = ask(key, "enrich", Map.of("email", address));
        await().atMost(Duration.ofSeconds(30)).until(() -> asked.getCount() == 0);
        client(key).post("/api/jobs/" + id + "/cancel").then().statusCode(200);
        over.countDown();
        // Whoever asks next pays again, and finds a row only then.
        assertThat(enriched(address).getBoolean("data.result.cached")).isFalse();
        assertThat(job(id).getString("data.status")).isEqualTo("cancelled");
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void namesWhatIsWrongWithTheParameters() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("email", "a@x.example", "domain", "x.example"),
                Map.of("email", "nobody"),
                Map.of("email", "a@127.0.0.1"),
                Map.of("domain", "127.0.0.1"),
                Map.of("domain", "../x"),
                Map.of("domain", "localhost"))) {
            client(key)
                    .body(Map.of("type", "enrich", "parameters", wrong))
                    .post("/api/jobs")
                    .then()
                    .statusCode(422)
                    .body("code", equalTo("validation_failed"));
        }
        client(key)
                .body(Map.of("type", "discover", "parameters", Map.of("query", "..")))
                .post("/api/jobs")
                .then()
                .statusCode(422);
    }

    @Test
    void discoversCandidatesUpToTheLimit() {
        String people = IntStream.range(0, 30)
                .mapToObj("{\"mail\":\"p%d@x.example\",\"name\":{\"first\":\"P\"},\"other\":1}"::formatted)
                .collect(Collectors.joining(","));
        discover.always(saying(200, "{\"candidates\":[{}," + people + "]}"));
        String id = ask(key, "discover", Map.of("domain", "X.example", "query", "head of sales/&", "limit", 3));
        JsonPath job = ended(id, "completed");
        assertThat(job.getList("data.result.candidates"))
                .isEqualTo(List.of(
                        Map.of("email", "p0@x.example", "firstName", "P"),
                        Map.of("email", "p1@x.example", "firstName", "P")));
        assertThat(job.getBoolean("data.result.truncated")).isTrue();
        assertThat(discover.heard().getFirst().uri()).isEqualTo("/people/x.example?q=head%20of%20sales%2F%26&limit=3");
        assertThat(discover.heard().getFirst().header("Throughline-Attempt")).matches(id + "/\\d+");
    }

    @Test
    void aJobThatComesWhileTheProviderWantsToBeLeftAloneWaitsWithoutLosingAnAttempt() {
        discover.next(saying(429, "", "Retry-After", "2"));
        String id = ask(key, "discover", Map.of("domain", "x.example"));
        JsonPath job = ended(id, "completed");
        // The one that was refused counts, the ones that were put off do not.
        assertThat(job.getInt("data.attempt")).isEqualTo(2);
        assertThat(discover.heard()).hasSize(2);
        long waited =
                discover.heard().get(1).atNanos() - discover.heard().get(0).atNanos();
        assertThat(Duration.ofNanos(waited)).isGreaterThanOrEqualTo(Duration.ofMillis(1900));
    }

    @Test
    void theMonitorShowsQuotaAndCost() {
        enriched(address());
        JsonPath figures = client(key).get("/internal/monitor").jsonPath();
        assertThat(figures.getInt("data.outside.enrich.limit")).isEqualTo(100);
        assertThat(figures.getInt("data.outside.enrich.used")).isPositive();
        assertThat(figures.getDouble("data.outside.enrich.costToday")).isGreaterThanOrEqualTo(0.02);
        assertThat(figures.getString("data.outside.discover.circuit")).isEqualTo("closed");
    }
}
