package io.throughline.chat.conversation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
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
@WithTestResource(SuiteStub.class)
class TurnCostTest {

    private final TestKey key = TestKeys.issue();

    @BeforeEach
    void suite() {
        SuiteStub.usualSuite();
    }

    @Test
    void takesThreeStatementsHoweverLongTheConversationIs() {
        String conversation = ask(Map.of("message", "help 0"));
        List<Integer> statements = new ArrayList<>();
        for (int turn = 1; turn <= 60; turn++) {
            Acquisitions.COUNT.set(0);
            ask(Map.of("message", "help " + turn, "conversationId", conversation));
            statements.add(Acquisitions.COUNT.get());
        }
        assertThat(statements).containsOnly(3);
    }

    @Test
    void takesFourWithAProposedActionAndTwoForAFirstQuestion() {
        Acquisitions.COUNT.set(0);
        String conversation = ask(Map.of("message", "help"));
        assertThat(Acquisitions.COUNT).hasValue(2);
        Acquisitions.COUNT.set(0);
        ask(Map.of("message", "pause Spring launch", "conversationId", conversation));
        assertThat(Acquisitions.COUNT).hasValue(4);
    }

    private String ask(Map<String, ?> body) {
        return given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/chat")
                .then()
                .statusCode(200)
                .extract()
                .path("data.conversationId");
    }
}
