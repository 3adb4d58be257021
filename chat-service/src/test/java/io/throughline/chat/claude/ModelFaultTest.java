package io.throughline.chat.claude;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.github.tomakehurst.wiremock.http.Fault;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.throughline.chat.ServerSentEvents;
import io.throughline.chat.ServerSentEvents.Event;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever becomes of the model, the caller gets a clear answer in time, and no half turn is stored. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(
        value = SuiteStub.class,
        initArgs = {
            @ResourceArg(name = "key", value = "sk-stub"),
            @ResourceArg(name = "limit", value = "4S"),
            @ResourceArg(name = "throughline.chat.model.first-token", value = "2S"),
            @ResourceArg(name = "throughline.chat.stream.grace", value = "0S")
        })
class ModelFaultTest {

    @TestHTTPResource
    URI service;

    private TestKey key;

    @BeforeEach
    void suite() {
        SuiteStub.usualSuite();
        key = TestKeys.issue();
    }

    @Test
    void passesOnHowLongToWaitWhenTheProviderLimitsUs() {
        ClaudeStub.answers(ClaudeStub.refuses(429, "rate_limit_error").withHeader("retry-after", "7"));
        fails().header("Retry-After", "7").body("detail", containsString("limits the rate"));
        assertThat(ClaudeStub.calls()).hasSize(1);
        given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations")
                .then()
                .body("data", hasSize(0));
    }

    @Test
    void isUnavailableWhileTheProviderIsOverloadedOrFailing() {
        for (int status : List.of(529, 500, 503)) {
            SuiteStub.usualSuite();
            ClaudeStub.answers(ClaudeStub.refuses(status, "overloaded_error"));
            fails().header("Retry-After", "10").body("detail", containsString("overloaded or failing"));
        }
    }

    @Test
    void isUnavailableWhenTheProviderRefusesOurKeyAndDoesNotShowWhy() {
        ClaudeStub.answers(ClaudeStub.refuses(401, "authentication_error"));
        fails().body("detail", containsString("status 401"));
    }

    @Test
    void noticesAStreamThatBreaksOff() {
        String whole = ServerSentEvents.write(ClaudeStub.textMessage("end_turn", "Half of", " it"));
        ClaudeStub.answers(ClaudeStub.stream(whole.substring(0, whole.indexOf(" it"))));
        fails();
        SuiteStub.usualSuite();
        ClaudeStub.answers(ClaudeStub.stream(whole.substring(0, whole.indexOf("event: message_delta"))));
        fails();
        for (Fault fault : Fault.values()) {
            SuiteStub.usualSuite();
            ClaudeStub.answers(aResponse().withFault(fault));
            fails();
        }
    }

    @Test
    void noticesAnErrorInsideTheStream() {
        List<Event> events = new ArrayList<>(List.of(ClaudeStub.start()));
        events.addAll(ClaudeStub.text(0, "Hm"));
        events.add(new Event(
                "error", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"));
        ClaudeStub.answers(ClaudeStub.stream(events));
        fails();
    }

    @Test
    void endsAStreamWithAProblemAfterTheTokensThatCame() {
        String whole = ServerSentEvents.write(ClaudeStub.textMessage("end_turn", "Half of", " it"));
        ClaudeStub.answers(ClaudeStub.stream(whole.substring(0, whole.indexOf("event: message_delta"))));
        List<Event> events = ServerSentEvents.parse(given().header("X-API-Key", key.apiKey())
                .header("Accept", "text/event-stream")
                .contentType("application/json")
                .body(Map.of("message", "How?"))
                .post("/api/chat")
                .asString());
        assertThat(events).extracting(Event::name).containsExactly("token", "token", "error");
        assertThat(JsonPath.from(events.getLast().data()).getString("code")).isEqualTo("model_unavailable");
    }

    @Test
    void givesUpOnAModelThatDripsAtTheTimeLimit() {
        ClaudeStub.answers(ClaudeStub.says("drip ".repeat(200).split("(?<= )")).withChunkedDribbleDelay(120, 60_000));
        fails().body("detail", containsString("did not answer within 4 s"));
    }

    @Test
    void givesUpEarlierOnAModelThatDoesNotBegin() {
        ClaudeStub.answers(ClaudeStub.says("late").withFixedDelay(60_000));
        fails().body("detail", containsString("did not begin to answer within 2 s"));
    }

    @Test
    void takesPingsForSilence() {
        List<Event> events = new ArrayList<>(List.of(ClaudeStub.start()));
        events.addAll(java.util.Collections.nCopies(200, new Event("ping", "{\"type\":\"ping\"}")));
        events.addAll(ClaudeStub.textMessage("end_turn", "late"));
        ClaudeStub.answers(ClaudeStub.stream(events).withChunkedDribbleDelay(100, 20_000));
        fails().body("detail", containsString("did not begin to answer within 2 s"));
    }

    @Test
    void tellsTheModelThatItsToolInputWasMalformed() {
        ClaudeStub.answers(
                ClaudeStub.uses("campaign_performance", "{\"campaign_id\": \"0198"),
                ClaudeStub.uses("campaign_performance", "[1]"),
                ClaudeStub.uses("compare_campaigns", "{\"campaign_ids\":\"all\"}"),
                ClaudeStub.says("Sorry."));
        asks("", 200).body("data.reply", org.hamcrest.Matchers.endsWith("Sorry."));
        List<String> results = ClaudeStub.calls().getLast().path("messages").findParents("tool_use_id").stream()
                .map(result -> result.path("is_error").asBoolean() + " "
                        + result.path("content").asText())
                .toList();
        assertThat(results)
                .containsExactly(
                        "true The input was not a JSON object.",
                        "true The input was not a JSON object.",
                        "true campaign_ids must be a list of 1 to 5 ids from list_campaigns.");
    }

    @Test
    void letsTheRulesStepInWhenTheCallerAllowsIt() {
        ClaudeStub.answers(ClaudeStub.refuses(529, "overloaded_error"));
        asks("?fallback=offline", 200)
                .body("data.model", is("offline"))
                .body("data.cached", is(false))
                .body("data.reply", containsString("3984 opened (39.84 %)"))
                .body("data.reply", containsString("language model does not answer at the moment"));
        asks("?fallback=always", 422).body("errors[0].pointer", is("/fallback"));
    }

    @Test
    void keepsWhatWasReadBeforeTheRulesStepIn() {
        String whole = ServerSentEvents.write(ClaudeStub.textMessage("end_turn", "Half of", " it"));
        ClaudeStub.answers(ClaudeStub.stream(whole.substring(0, whole.indexOf("event: message_delta"))));
        asks("?fallback=offline", 200)
                .body("data.reply", org.hamcrest.Matchers.startsWith("Half of it\n\n\"Spring launch\""))
                .body("data.usage.inputTokens", is(100));
    }

    @Test
    void booksWhatAnAnswerCostThatFailed() {
        long before = tokensLeft();
        String whole = ServerSentEvents.write(ClaudeStub.textMessage("end_turn", "Half of", " it"));
        ClaudeStub.answers(ClaudeStub.stream(whole.substring(0, whole.indexOf("event: message_delta"))));
        fails();
        Awaitility.await().untilAsserted(() -> assertThat(tokensLeft()).isEqualTo(before - 101));
    }

    private long tokensLeft() {
        return given().header("X-API-Key", key.apiKey())
                .get("/api/chat/budget")
                .jsonPath()
                .getLong("data.user.tokens.left");
    }

    @Test
    void stopsAskingWhenTheClientGoesAway() throws IOException {
        ClaudeStub.answers(ClaudeStub.says("a", "b", "c", "d", "e", "f").withChunkedDribbleDelay(20, 20_000));
        long cancelled = cancelled();
        long begun = System.nanoTime();
        try (Socket client = new Socket("127.0.0.1", service.getPort())) {
            String body = "{\"message\":\"How?\"}";
            client.getOutputStream()
                    .write(("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + key.apiKey()
                                    + "\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            Awaitility.await().until(() -> !ClaudeStub.calls().isEmpty());
        }
        Awaitility.await().pollInterval(Duration.ofMillis(50)).until(() -> cancelled() == cancelled + 1);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(3500));
    }

    private long cancelled() {
        return given().header("X-API-Key", key.apiKey())
                .get("/internal/monitor")
                .jsonPath()
                .getLong("data.chat.cancelled");
    }

    private ValidatableResponse asks(String query, int status) {
        return given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(Map.of("message", "How is the campaign doing?"))
                .post("/api/chat" + query)
                .then()
                .statusCode(status);
    }

    private ValidatableResponse fails() {
        return given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(Map.of("message", "How is the campaign doing?"))
                .post("/api/chat")
                .then()
                .statusCode(503)
                .contentType("application/problem+json")
                .header("Retry-After", org.hamcrest.Matchers.notNullValue())
                .body("code", is("model_unavailable"))
                .body("success", is(false));
    }
}
