package io.throughline.chat.claude;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.throughline.chat.ServerSentEvents;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(
        value = SuiteStub.class,
        initArgs = {@ResourceArg(name = "key", value = "sk-stub"), @ResourceArg(name = "limit", value = "4S")})
class ClaudeChatTest {

    private TestKey key;

    @BeforeEach
    void suite() {
        SuiteStub.usualSuite();
        key = TestKeys.issue();
    }

    @Test
    void sendsTheQuestionBehindACachedPrefixAndReturnsReplyAndUsage() {
        ClaudeStub.answers(ClaudeStub.says("All ", "is well."));
        ask("How are things?")
                .then()
                .body("data.reply", is("All is well."))
                .body("data.model", is("claude-stub-1"))
                .body("data.cached", is(false))
                .body("data.usage.inputTokens", is(100))
                .body("data.usage.outputTokens", is(25));

        SuiteStub.server()
                .verify(
                        1,
                        postRequestedFor(urlPathEqualTo("/v1/messages"))
                                .withHeader("Authorization", equalTo("Bearer sk-stub")));
        JsonNode call = ClaudeStub.calls().getFirst();
        assertThat(call.path("model").asText()).isEqualTo("claude-haiku-5-5");
        assertThat(call.path("stream").asBoolean()).isTrue();
        assertThat(call.path("max_tokens").asInt()).isEqualTo(1024);
        assertThat(call.path("system")
                        .path(0)
                        .path("cache_control")
                        .path("type")
                        .asText())
                .isEqualTo("ephemeral");
        assertThat(call.path("tools").findValuesAsText("name"))
                .containsExactly(
                        "list_campaigns",
                        "campaign_performance",
                        "compare_campaigns",
                        "list_contacts",
                        "list_jobs",
                        "monitor",
                        "propose_pause_campaign",
                        "propose_retry_job",
                        "propose_workflow");
        assertThat(call.path("messages")).hasSize(1);
        assertThat(call.path("messages").path(0).path("content").path(0).has("cache_control"))
                .isTrue();
        assertThat(call.toString()).doesNotContain(key.apiKey());
    }

    @Test
    void keepsThePrefixIdenticalForAllTenants() {
        ClaudeStub.answers(ClaudeStub.says("Yes."));
        ask("One?");
        key = TestKeys.issue();
        ask("Two?");
        List<JsonNode> calls = ClaudeStub.calls();
        assertThat(calls.get(0).path("tools").toString())
                .isEqualTo(calls.get(1).path("tools").toString());
        assertThat(calls.get(0).path("system").toString())
                .isEqualTo(calls.get(1).path("system").toString());
    }

    @Test
    void runsToolsWithTheCallersKeyAndStreamsAllText() {
        ClaudeStub.answers(
                ClaudeStub.uses("campaign_performance", "{\"campaign_id\":\"" + SuiteStub.CAMPAIGN + "\"}"),
                ClaudeStub.says("3984 ", "opened."));
        List<ServerSentEvents.Event> events = stream("How is Spring launch?");
        JsonPath done = JsonPath.from(events.getLast().data());
        assertThat(events.getLast().name()).isEqualTo("done");
        assertThat(done.getString("reply")).isEqualTo("Let me look.\n\n3984 opened.");
        assertThat(events.stream()
                        .filter(event -> event.name().equals("token"))
                        .map(event -> JsonPath.from(event.data()).getString("text")))
                .containsExactly("Let me look.", "\n\n3984 ", "opened.");
        assertThat(events.stream()
                        .filter(event -> event.name().equals("tool"))
                        .map(event -> JsonPath.from(event.data()).getString("name")))
                .containsExactly("campaign_performance");
        assertThat(done.getLong("usage.inputTokens")).isEqualTo(200);
        assertThat(done.getLong("usage.outputTokens")).isEqualTo(50);

        SuiteStub.server()
                .verify(getRequestedFor(
                                urlPathEqualTo("/api/campaigns/instances/" + SuiteStub.CAMPAIGN + "/performance"))
                        .withHeader("X-API-Key", equalTo(key.apiKey())));
        JsonNode messages = ClaudeStub.calls().get(1).path("messages");
        assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant", "user");
        JsonNode result = messages.path(2).path("content").path(0);
        assertThat(result.path("tool_use_id").asText()).isEqualTo("toolu_1");
        assertThat(result.path("is_error").asBoolean()).isFalse();
        assertThat(result.path("content").asText()).contains("\"count\":3984").doesNotContain("timeSeries");
    }

    @Test
    void tellsTheModelWhatItDidWrong() {
        ClaudeStub.answers(
                ClaudeStub.uses("campaign_performance", "{\"campaign_id\":\"../../account/keys\"}"),
                ClaudeStub.uses("drop_tables", "{}"),
                ClaudeStub.says("Sorry."));
        ask("Break in").then().statusCode(200);
        List<JsonNode> calls = ClaudeStub.calls();
        JsonNode first = calls.get(1).path("messages").path(2).path("content").path(0);
        assertThat(first.path("is_error").asBoolean()).isTrue();
        assertThat(first.path("content").asText()).isEqualTo("campaign_id must be an id from list_campaigns.");
        JsonNode second = calls.get(2).path("messages").path(4).path("content").path(0);
        assertThat(second.path("content").asText()).isEqualTo("There is no tool drop_tables.");
        assertThat(SuiteStub.server().findAll(getRequestedFor(urlPathEqualTo("/api/account/keys"))))
                .isEmpty();
    }

    @Test
    void endsAfterSixCallsAndForbidsToolsInTheLast() {
        ClaudeStub.answers(ClaudeStub.uses("list_campaigns", "{}"));
        ask("Loop").then().statusCode(200);
        List<JsonNode> calls = ClaudeStub.calls();
        assertThat(calls).hasSize(6);
        assertThat(calls.get(4).has("tool_choice")).isFalse();
        assertThat(calls.get(5).path("tool_choice").path("type").asText()).isEqualTo("none");
    }

    @Test
    void stripsWhatNoReaderSeesFromToolResults() {
        SuiteStub.answer(
                "/api/campaigns/instances",
                "{\"success\":true,\"data\":[{\"id\":\"x\",\"name\":\"A\\u200b\\u202eB\\u0007\\udb40\\udc41C\","
                        + "\"status\":\"active\",\"secret\":\"no\"}],\"page\":{\"next\":null,\"limit\":50}}");
        ClaudeStub.answers(ClaudeStub.uses("list_campaigns", "{}"), ClaudeStub.says("One."));
        ask("Which campaigns?");
        String result = ClaudeStub.calls()
                .get(1)
                .path("messages")
                .path(2)
                .path("content")
                .path(0)
                .path("content")
                .asText();
        assertThat(result)
                .isEqualTo("<data from=\"list_campaigns\">"
                        + "{\"thereAreMore\":false,\"rows\":[{\"id\":\"x\",\"name\":\"ABC\",\"status\":\"active\"}]}"
                        + "</data>");
    }

    @Test
    void saysWhenAReplyWasRefusedOrCut() {
        ClaudeStub.answers(
                ClaudeStub.stream(ClaudeStub.textMessage("refusal")),
                ClaudeStub.stream(ClaudeStub.textMessage("max_tokens", "Once upon")));
        assertThat(ask("one").<String>path("data.reply")).isEqualTo("The model declined to answer this question.");
        assertThat(ask("two").<String>path("data.reply")).startsWith("Once upon\n\n(The reply was cut");
    }

    @Test
    void repeatsTheConversationWordForWordUntilItDropsABlock() {
        ClaudeStub.answers(ClaudeStub.says("Noted."));
        String conversation = ask("question 0").path("data.conversationId");
        for (int i = 1; i <= 40; i++) {
            ask(Map.of("message", "question " + i, "conversationId", conversation));
        }
        List<List<String>> told = ClaudeStub.calls().stream()
                .map(call -> texts(call.path("messages")))
                .toList();
        int blocks = 0;
        for (int i = 1; i < told.size(); i++) {
            List<String> before = told.get(i - 1);
            List<String> now = told.get(i);
            assertThat(now).hasSizeLessThanOrEqualTo(50).last().isEqualTo("question " + i);
            if (now.size() > before.size()) {
                assertThat(now.subList(0, before.size())).isEqualTo(before);
            } else {
                blocks++;
                assertThat(now).hasSizeLessThan(40);
                assertThat(now.getFirst()).startsWith("<earlier>\nuser: question 0\nassistant: Noted.\n");
            }
        }
        assertThat(blocks)
                .as("41 questions, 24 kept, a quarter dropped at a time")
                .isEqualTo(3);
    }

    /** The last one is a block with the cache's mark, which comes and goes without changing the prefix. */
    private static List<String> texts(JsonNode messages) {
        List<String> texts = new ArrayList<>();
        messages.forEach(message -> texts.add(
                message.path("content").isTextual()
                        ? message.path("content").asText()
                        : message.path("content").path(0).path("text").asText()));
        return texts;
    }

    @Test
    void countsRequestsAndTokensInTheMonitor() {
        ClaudeStub.answers(ClaudeStub.says("Yes."));
        JsonPath before = monitor();
        ask("One?");
        JsonPath after = monitor();
        assertThat(after.getLong("data.chat.requests")).isEqualTo(before.getLong("data.chat.requests") + 1);
        assertThat(after.getLong("data.chat.inputTokens")).isEqualTo(before.getLong("data.chat.inputTokens") + 100);
        assertThat(after.getLong("data.chat.outputTokens")).isEqualTo(before.getLong("data.chat.outputTokens") + 25);
        assertThat(after.getString("data.chat.model")).isEqualTo("claude-haiku-5-5");
    }

    private JsonPath monitor() {
        return given().header("X-API-Key", key.apiKey())
                .get("/internal/monitor")
                .jsonPath();
    }

    private Response ask(String message) {
        return ask(Map.of("message", message));
    }

    private Response ask(Map<String, ?> body) {
        Response response = given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/chat");
        response.then().statusCode(200);
        return response;
    }

    private List<ServerSentEvents.Event> stream(String message) {
        return ServerSentEvents.parse(given().header("X-API-Key", key.apiKey())
                .header("Accept", "text/event-stream")
                .contentType("application/json")
                .body(Map.of("message", message))
                .post("/api/chat")
                .asString());
    }
}
