package io.throughline.chat.conversation;

import static io.restassured.RestAssured.given;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
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
        String id = given().header("X-API-Key", owner.apiKey())
                .contentType("application/json")
                .body(Map.of("message", "help"))
                .post("/api/chat")
                .path("data.conversationId");
        return Map.of("/api/chat/conversations/{id}", "/api/chat/conversations/" + id);
    }
}
