package io.throughline.chat.asking;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.chat.ServerSentEvents;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(SuiteStub.class)
class EventStreamTest {

    private final TestKeys.TestKey key = TestKeys.issue();

    @BeforeEach
    void suite() {
        SuiteStub.usualSuite();
    }

    @Test
    void streamsTokensThenTheWholeReply() {
        List<ServerSentEvents.Event> events = stream("How is Winter doing?", 200);
        JsonPath done = JsonPath.from(events.getLast().data());
        assertThat(events.getLast().name()).isEqualTo("done");
        assertThat(done.getString("model")).isEqualTo("offline");
        assertThat(done.getString("reply")).contains("100 opened (50 %)");
        assertThat(done.getMap(""))
                .containsOnlyKeys(
                        "reply", "conversationId", "messageId", "model", "cached", "usage", "actions", "budget");
        assertThat(events.subList(0, events.size() - 1))
                .hasSizeGreaterThan(5)
                .allMatch(event -> event.name().equals("token"));
        assertThat(events.stream()
                        .filter(event -> event.name().equals("token"))
                        .map(event -> JsonPath.from(event.data()).getString("text"))
                        .collect(Collectors.joining()))
                .isEqualTo(done.getString("reply"));
    }

    @Test
    void tellsOfAProposedActionBeforeTheEnd() {
        List<ServerSentEvents.Event> events = stream("Pause Spring launch", 200);
        ServerSentEvents.Event action = events.get(events.size() - 2);
        assertThat(action.name()).isEqualTo("action");
        assertThat(JsonPath.from(action.data()).getString("path"))
                .isEqualTo("/api/campaigns/instances/" + SuiteStub.CAMPAIGN + "/pause");
        JsonPath done = JsonPath.from(events.getLast().data());
        assertThat(done.getString("actions[0].id"))
                .isEqualTo(JsonPath.from(action.data()).getString("id"));
        assertThat(action.id()).startsWith(done.getString("messageId") + ":");
    }

    @Test
    void endsWithAProblemWhenAServiceFailsMeanwhile() {
        SuiteStub.server().resetAll();
        List<ServerSentEvents.Event> events = stream("How is Winter doing?", 200);
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().name()).isEqualTo("error");
        JsonPath problem = JsonPath.from(events.getFirst().data());
        assertThat(problem.getString("code")).isEqualTo("service_unavailable");
        assertThat(problem.getInt("status")).isEqualTo(503);
        assertThat(problem.getString("requestId")).isEqualTo("stream-1");
        assertThat(problem.getBoolean("success")).isFalse();
    }

    @Test
    void refusesBeforeTheStreamBegins() {
        given().header("X-API-Key", key.apiKey())
                .header("Accept", "text/event-stream")
                .contentType("application/json")
                .body(Map.of("message", ""))
                .post("/api/chat")
                .then()
                .statusCode(422)
                .contentType("application/problem+json");
        given().header("X-API-Key", key.apiKey())
                .header("Accept", "text/event-stream")
                .contentType("application/json")
                .body(Map.of("message", "help", "conversationId", "0198a000-0000-7000-8000-000000000404"))
                .post("/api/chat")
                .then()
                .statusCode(404)
                .contentType("application/problem+json");
    }

    private List<ServerSentEvents.Event> stream(String message, int status) {
        return ServerSentEvents.parse(given().header("X-API-Key", key.apiKey())
                .header("Accept", "text/event-stream")
                .header("X-Request-Id", "stream-1")
                .contentType("application/json")
                .body(Map.of("message", message))
                .post("/api/chat")
                .then()
                .statusCode(status)
                .contentType("text/event-stream")
                .extract()
                .asString());
    }
}
