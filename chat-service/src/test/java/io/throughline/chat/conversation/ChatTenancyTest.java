package io.throughline.chat.conversation;

import static io.restassured.RestAssured.given;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TenancySuite;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.Map;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(SuiteStub.class)
class ChatTenancyTest extends TenancySuite {

    @Override
    protected Map<String, String> pathsOf(TestKey owner) {
        SuiteStub.usualSuite();
        JsonPath reply = given().header("X-API-Key", owner.apiKey())
                .contentType("application/json")
                .body(Map.of("message", "pause Spring launch"))
                .post("/api/chat")
                .jsonPath();
        String conversation = "/api/chat/conversations/" + reply.getString("data.conversationId");
        String action = "/api/chat/actions/" + reply.getString("data.actions[0].id");
        return Map.of(
                "/api/chat/conversations/{id}", conversation,
                "/api/chat/conversations/{id}/export", conversation + "/export",
                "/api/chat/messages/{id}", "/api/chat/messages/" + reply.getString("data.messageId"),
                "/api/chat/actions/{id}", action,
                "/api/chat/actions/{id}/confirm", action + "/confirm");
    }

    @Override
    protected String body(String method, String template) {
        return "{\"title\":\"mine\"}";
    }
}
