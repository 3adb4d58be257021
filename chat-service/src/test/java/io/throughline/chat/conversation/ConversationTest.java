package io.throughline.chat.conversation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(SuiteStub.class)
class ConversationTest {

    private final TestKey key = TestKeys.issue();

    @Test
    void keepsQuestionsAndRepliesInOrder() {
        String id = say(key, Map.of("message", "help me"), 200).extract().path("data.conversationId");
        say(key, Map.of("message", "help again", "conversationId", id), 200);

        var firstPage = given().header("X-API-Key", key.apiKey())
                .queryParam("limit", 3)
                .get("/api/chat/conversations/" + id)
                .then()
                .statusCode(200)
                .body("success", is(true))
                .body("data.id", is(id))
                .body("data.title", is("help me"))
                .body("data.messageCount", is(4))
                .body("data.messages.role", contains("assistant", "user", "assistant"))
                .body("data.messages[1].content", is("help again"))
                .body("data.messages[2].model", is("offline"))
                .body("page.limit", is(3))
                .extract();
        given().header("X-API-Key", key.apiKey())
                .queryParam("limit", 3)
                .queryParam("cursor", firstPage.<String>path("page.next"))
                .get("/api/chat/conversations/" + id)
                .then()
                .body("data.messages", hasSize(1))
                .body("data.messages[0].content", is("help me"))
                .body("page.next", nullValue());
    }

    @Test
    void listsTheLastUsedConversationFirst() {
        String first = say(key, Map.of("message", "help one"), 200).extract().path("data.conversationId");
        String second = say(key, Map.of("message", "help two"), 200).extract().path("data.conversationId");
        say(key, Map.of("message", "help one again", "conversationId", first), 200);
        given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations")
                .then()
                .statusCode(200)
                .body("data.id", contains(first, second))
                .body("data.messageCount", contains(4, 2));
    }

    @Test
    void hidesConversationsFromOtherUsersOfTheTenant() {
        String id = say(key, Map.of("message", "help"), 200).extract().path("data.conversationId");
        TestKey colleague = TestKeys.issue(key.tenantId(), "read", "write");
        for (String method : List.of("GET", "DELETE")) {
            given().header("X-API-Key", colleague.apiKey())
                    .request(method, "/api/chat/conversations/" + id)
                    .then()
                    .statusCode(404)
                    .body("code", is("not_found"));
        }
        say(colleague, Map.of("message", "help", "conversationId", id), 404).body("code", is("not_found"));
        given().header("X-API-Key", colleague.apiKey())
                .get("/api/chat/conversations")
                .then()
                .body("data", hasSize(0));
    }

    @Test
    void deletesAConversationWithItsMessages() {
        String id = say(key, Map.of("message", "help"), 200).extract().path("data.conversationId");
        given().header("X-API-Key", key.apiKey())
                .delete("/api/chat/conversations/" + id)
                .then()
                .statusCode(204);
        given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations/" + id)
                .then()
                .statusCode(404);
        given().header("X-API-Key", key.apiKey())
                .delete("/api/chat/conversations/" + id)
                .then()
                .statusCode(404);
        say(key, Map.of("message", "help", "conversationId", id), 404);
    }

    @Test
    void cutsALongTitleBetweenCharacters() {
        String id = say(key, Map.of("message", "help " + "😀".repeat(200)), 200)
                .extract()
                .path("data.conversationId");
        String title = given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations/" + id)
                .path("data.title");
        assertThat(title).isEqualTo("help " + "😀".repeat(74) + "…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"message\":\"\"}",
                "{\"message\":\"  \"}",
                "{\"message\":null}",
                "{\"message\":\"a\\u0000b\"}"
            })
    void namesAMessageThatCannotBeTaken(String body) {
        given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/chat")
                .then()
                .statusCode(422)
                .body("errors[0].pointer", is("/message"));
    }

    @Test
    void takesMessagesOfUpTo8000Characters() {
        say(key, Map.of("message", "help" + "é".repeat(7996)), 200);
        say(key, Map.of("message", "help" + "é".repeat(7997)), 422).body("errors[0].pointer", is("/message"));
    }

    @Test
    void namesAConversationIdThatIsNone() {
        say(key, Map.of("message", "help", "conversationId", "42"), 422)
                .body("errors[0].pointer", is("/conversationId"));
        say(key, Map.of("message", "help", "conversationId", Ids.next().toString()), 404);
        given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations/42")
                .then()
                .statusCode(404)
                .body("requestId", notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*/*", "application/json", "application/json, text/event-stream"})
    void answersJsonUnlessEventsAreAskedFor(String accept) {
        var request = given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(Map.of("message", "help"));
        if (!accept.isEmpty()) {
            request.header("Accept", accept);
        }
        request.post("/api/chat").then().statusCode(200).contentType("application/json");
    }

    private static ValidatableResponse say(TestKey key, Map<String, ?> body, int status) {
        return given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/chat")
                .then()
                .statusCode(status);
    }
}
