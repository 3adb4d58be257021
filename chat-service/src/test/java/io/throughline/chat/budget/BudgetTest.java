package io.throughline.chat.budget;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.throughline.chat.EventReader;
import io.throughline.chat.StuckModel;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A reply costs 45 tokens: 40 in at 1 dollar and 5 out at 5 dollars a million, 65 millionths of a dollar. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(
        value = SuiteStub.class,
        initArgs = {
            @ResourceArg(name = "key", value = "sk-stub"),
            @ResourceArg(name = "stuck", value = "yes"),
            @ResourceArg(name = "throughline.chat.cache.enabled", value = "false"),
            @ResourceArg(name = "throughline.chat.stream.grace", value = "0S"),
            @ResourceArg(name = "throughline.chat.model.concurrency", value = "3"),
            @ResourceArg(name = "throughline.chat.model.patience", value = "0.5S"),
            @ResourceArg(name = "throughline.chat.budget.user.requests", value = "5"),
            @ResourceArg(name = "throughline.chat.budget.user.tokens", value = "130"),
            @ResourceArg(name = "throughline.chat.budget.user.streams", value = "3"),
            @ResourceArg(name = "throughline.chat.budget.tenant.dollars", value = "0.000260"),
            @ResourceArg(name = "throughline.chat.budget.tenant.streams", value = "4")
        })
class BudgetTest {

    @TestHTTPResource
    URI service;

    private TestKey key;

    @BeforeEach
    void begin() {
        StuckModel.reset();
        key = TestKeys.issue();
    }

    @AfterEach
    void clock() {
        TestClock.reset();
    }

    @Test
    void showsWhatIsLeftInAnswersAndHeaders() {
        StuckModel.goOn();
        ask(key, 200)
                .body("data.budget.user.requests.limit", is(5))
                .body("data.budget.user.requests.left", is(4))
                .body("data.budget.user.tokens.left", is(85))
                .body("data.budget.tenant.dollars.left", is(0.000195f))
                .body("data.usage.costUsd", is(0.000065f))
                .header("RateLimit-Policy", containsString("\"user-tokens\";q=130;w=86400"))
                .header("RateLimit", containsString("\"user-tokens\";r=85;t="))
                .header("RateLimit", containsString("\"tenant-microdollars\";r=195;t="));
        given().header("X-API-Key", key.apiKey())
                .get("/api/chat/budget")
                .then()
                .statusCode(200)
                .body("data.user.tokens.left", is(85))
                .body("data.user.requests.left", is(4));
    }

    @Test
    void refusesAUserWhoseTokensAreUsedUpUntilTheNextDay() {
        for (int i = 0; i < 3; i++) {
            StuckModel.goOn();
            ask(key, 200);
        }
        String wait = ask(key, 429)
                .body("code", is("budget_used_up"))
                .body("detail", containsString("130 tokens"))
                .extract()
                .header("Retry-After");
        assertThat(Integer.parseInt(wait)).isBetween(1, 86_400);
        assertThat(StuckModel.CALLS).hasValue(3);
        TestClock.advance(Duration.ofSeconds(Integer.parseInt(wait) + 1));
        StuckModel.goOn();
        ask(key, 200);
    }

    @Test
    void refusesATenantWhoseMoneyIsUsedUpWhoeverSpentIt() {
        for (int i = 0; i < 4; i++) {
            StuckModel.goOn();
            ask(TestKeys.issue(key.tenantId(), "read", "write"), 200);
        }
        ask(key, 429).body("detail", containsString("tenant's 0.000260 dollars"));
        StuckModel.goOn();
        ask(TestKeys.issue(), 200);
    }

    @Test
    void boundsTheAnswersAUserAndATenantAwaitAtOnce() {
        List<EventReader> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                readers.add(EventReader.ask(service, key.apiKey(), "Tell me " + i));
            }
            Awaitility.await().until(() -> StuckModel.CALLS.get() == 3);
            ask(key, 429).header("Retry-After", "1").body("code", is("too_many_streams"));
        } finally {
            readers.forEach(EventReader::close);
        }
        Awaitility.await().until(() -> underWay() == 0 && StuckModel.GIVEN_UP.get() == 3);
        StuckModel.goOn();
        ask(key, 200);
    }

    @Test
    void asksTheProviderNoMoreThanConfiguredAtOnceAndRefusesInTime() {
        List<EventReader> readers = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                readers.add(EventReader.ask(service, key.apiKey(), "Tell me " + i));
            }
            Awaitility.await().until(() -> StuckModel.CALLS.get() == 3);
            ask(TestKeys.issue(), 503)
                    .body("code", is("model_unavailable"))
                    .body("detail", containsString("All 3 calls"))
                    .header("Retry-After", org.hamcrest.Matchers.notNullValue());
            assertThat(StuckModel.CALLS).hasValue(3);
        } finally {
            readers.forEach(EventReader::close);
        }
        Awaitility.await().untilAsserted(() -> assertThat(StuckModel.GIVEN_UP).hasValue(3));
    }

    private int underWay() {
        return given().header("X-API-Key", key.apiKey())
                .get("/internal/monitor")
                .jsonPath()
                .getInt("data.chat.underWay");
    }

    private static ValidatableResponse ask(TestKey as, int status) {
        return given().header("X-API-Key", as.apiKey())
                .contentType("application/json")
                .body(Map.of("message", "Tell me " + UUID.randomUUID()))
                .post("/api/chat")
                .then()
                .statusCode(status);
    }
}
