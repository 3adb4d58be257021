package io.throughline.chat.claude;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.throughline.chat.ServerSentEvents;
import io.throughline.chat.ServerSentEvents.Event;
import io.throughline.chat.SuiteStub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Anthropic's Messages API: answers scripted in the order of the calls, and what was asked of it. */
public final class ClaudeStub {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MESSAGES = "/v1/messages";

    private ClaudeStub() {}

    /** The n-th call gets the n-th answer; the last one is repeated. */
    public static void answers(ResponseDefinitionBuilder... answers) {
        for (int i = 0; i < answers.length; i++) {
            SuiteStub.server()
                    .stubFor(post(urlPathEqualTo(MESSAGES))
                            .inScenario("claude")
                            .whenScenarioStateIs(state(i))
                            .willSetStateTo(state(Math.min(i + 1, answers.length - 1)))
                            .willReturn(answers[i]));
        }
    }

    private static String state(int call) {
        return call == 0 ? Scenario.STARTED : "call " + call;
    }

    public static ResponseDefinitionBuilder says(String... pieces) {
        return stream(textMessage("end_turn", pieces));
    }

    public static ResponseDefinitionBuilder stream(List<Event> events) {
        return stream(ServerSentEvents.write(events));
    }

    public static ResponseDefinitionBuilder stream(String body) {
        return aResponse()
                .withStatus(200)
                .withHeader("Content-Type", "text/event-stream")
                .withBody(body);
    }

    /** A preamble and one tool use. */
    public static ResponseDefinitionBuilder uses(String tool, String inputJson) {
        List<Event> events = new ArrayList<>();
        events.add(start());
        events.addAll(text(0, "Let me look."));
        events.add(new Event(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\","
                        + "\"id\":\"toolu_1\",\"name\":\"" + tool + "\",\"input\":{}}}"));
        events.add(new Event(
                "content_block_delta",
                "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\","
                        + "\"partial_json\":" + quoted(inputJson) + "}}"));
        events.add(new Event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":1}"));
        events.addAll(stop("tool_use"));
        return stream(events);
    }

    public static List<Event> textMessage(String stopReason, String... pieces) {
        List<Event> events = new ArrayList<>();
        events.add(start());
        events.addAll(text(0, pieces));
        events.addAll(stop(stopReason));
        return events;
    }

    public static ResponseDefinitionBuilder refuses(int status, String type) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/json")
                .withBody("{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"no\"}}");
    }

    /** The bodies of all calls, in order. */
    public static List<JsonNode> calls() {
        return SuiteStub.server().findAll(postRequestedFor(urlPathEqualTo(MESSAGES))).stream()
                .map(request -> {
                    try {
                        return JSON.readTree(request.getBody());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    /** 100 input tokens, of which 30 are read from the cache, are reported as 70 and 30. */
    public static Event start() {
        return new Event(
                "message_start",
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"model\":\"claude-stub-1\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":70,\"cache_creation_input_tokens\":0,"
                        + "\"cache_read_input_tokens\":30,\"output_tokens\":1}}}");
    }

    public static List<Event> text(int index, String... pieces) {
        List<Event> events = new ArrayList<>();
        events.add(new Event(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":" + index
                        + ",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"));
        events.add(new Event("ping", "{\"type\":\"ping\"}"));
        for (String piece : pieces) {
            events.add(new Event(
                    "content_block_delta",
                    "{\"type\":\"content_block_delta\",\"index\":" + index
                            + ",\"delta\":{\"type\":\"text_delta\",\"text\":" + quoted(piece) + "}}"));
        }
        events.add(new Event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}"));
        return events;
    }

    private static List<Event> stop(String reason) {
        return List.of(
                new Event(
                        "message_delta",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason
                                + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":25}}"),
                new Event("message_stop", "{\"type\":\"message_stop\"}"));
    }

    private static String quoted(String text) {
        return JSON.valueToTree(text).toString();
    }
}
