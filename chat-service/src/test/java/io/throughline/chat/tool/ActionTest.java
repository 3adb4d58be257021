package io.throughline.chat.tool;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(SuiteStub.class)
class ActionTest {

    private static final String PAUSE = "/api/campaigns/instances/" + SuiteStub.CAMPAIGN + "/pause";

    @Inject
    Sql sql;

    private TestKey key;

    @BeforeEach
    void suite() {
        SuiteStub.usualSuite();
        key = TestKeys.issue();
    }

    @Test
    void showsTheRequestWordForWordAndDoesNothing() {
        JsonPath reply = ask("Pause Spring launch");
        assertThat(reply.getString("data.reply")).contains("I propose").contains("Nothing has happened yet");
        String id = reply.getString("data.actions[0].id");
        show(id, 200)
                .body("data.kind", is("pause_campaign"))
                .body("data.method", is("POST"))
                .body("data.path", is(PAUSE))
                .body("data.body", nullValue())
                .body("data.status", is("proposed"))
                .body("data.description", containsString("Pause the campaign \"Spring launch\""));
        SuiteStub.server().verify(0, postRequestedFor(anyUrl()));
    }

    @Test
    void doesItOnceWhenConfirmed() {
        SuiteStub.answerPost(PAUSE, 200, "{\"success\":true,\"data\":{\"status\":\"paused\"}}");
        String id = ask("Pause Spring launch").getString("data.actions[0].id");
        confirm(key, id, 200).body("data.status", is("done")).body("data.outcome", containsString("It is paused now"));
        confirm(key, id, 409).body("detail", containsString("It is paused now"));
        SuiteStub.server()
                .verify(
                        1,
                        postRequestedFor(urlPathEqualTo(PAUSE))
                                .withHeader("X-API-Key", equalTo(key.apiKey()))
                                .withHeader("Idempotency-Key", equalTo(id)));
    }

    @Test
    void tellsWhyTheSuiteRefused() {
        SuiteStub.answerPost(PAUSE, 409, "{\"success\":false,\"detail\":\"The instance is paused.\"}");
        String id = ask("Pause Spring launch").getString("data.actions[0].id");
        confirm(key, id, 200).body("data.status", is("refused")).body("data.outcome", is("The instance is paused."));
    }

    @Test
    void saysWhenNobodyKnowsWhetherItWasDone() {
        SuiteStub.answerPost(PAUSE, 503, "{}");
        String id = ask("Pause Spring launch").getString("data.actions[0].id");
        confirm(key, id, 200).body("data.status", is("unknown"));
        confirm(key, id, 409);
    }

    @Test
    void isOfUnknownOutcomeWhenWhoeverDidItStopped() {
        String id = ask("Pause Spring launch").getString("data.actions[0].id");
        sql.update(
                "UPDATE action SET status = 'running', confirmed_at = now() - interval '2 minutes' WHERE id = ?",
                UUID.fromString(id));
        confirm(key, id, 409).body("detail", containsString("stopped before saying how it ended"));
        SuiteStub.server().verify(0, postRequestedFor(anyUrl()));
    }

    @Test
    void belongsToTheUserWhoAskedForIt() {
        String id = ask("Pause Spring launch").getString("data.actions[0].id");
        confirm(TestKeys.issue(key.tenantId(), "read", "write"), id, 404);
        confirm(TestKeys.issue(), id, 404);
        SuiteStub.server().verify(0, postRequestedFor(anyUrl()));
    }

    @Test
    void expires() {
        String id = ask("Pause Spring launch").getString("data.actions[0].id");
        sql.update("UPDATE action SET expires_at = now() WHERE id = ?", UUID.fromString(id));
        confirm(key, id, 409).body("detail", containsString("time to confirm it is over"));
        SuiteStub.server().verify(0, postRequestedFor(anyUrl()));
    }

    @Test
    void proposesOnlyWhatIsPossible() {
        assertThat(ask("Pause Winter").getString("data.reply")).contains("only an active one can be paused");
        assertThat(ask("Pause everything").getString("data.reply")).contains("Say which campaign");
        assertThat(ask("Retry job " + SuiteStub.JOB).getString("data.actions[0].path"))
                .isEqualTo("/api/jobs/" + SuiteStub.JOB + "/retry");
        assertThat(ask("Retry 0198a000-0000-7000-8000-000000000078").getString("data.reply"))
                .contains("There is no job");
    }

    private JsonPath ask(String message) {
        return given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(Map.of("message", message))
                .post("/api/chat")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private ValidatableResponse show(String id, int status) {
        return given().header("X-API-Key", key.apiKey())
                .get("/api/chat/actions/" + id)
                .then()
                .statusCode(status);
    }

    private static ValidatableResponse confirm(TestKey key, String id, int status) {
        return given().header("X-API-Key", key.apiKey())
                .post("/api/chat/actions/" + id + "/confirm")
                .then()
                .statusCode(status);
    }
}
