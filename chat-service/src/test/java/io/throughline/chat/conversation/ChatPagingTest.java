package io.throughline.chat.conversation;

import static io.restassured.RestAssured.given;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(SuiteStub.class)
class ChatPagingTest extends PagingSuite {

    @Override
    protected String list(TestKey key) {
        return "/api/chat/conversations";
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        return Stream.generate(() -> given().header("X-API-Key", key.apiKey())
                        .contentType("application/json")
                        .body(Map.of("message", "help"))
                        .post("/api/chat")
                        .<String>path("data.conversationId"))
                .limit(rows)
                .toList();
    }
}
