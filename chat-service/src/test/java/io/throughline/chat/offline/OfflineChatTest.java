package io.throughline.chat.offline;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(SuiteStub.class)
class OfflineChatTest {

    private TestKey key;

    @BeforeEach
    void suite() {
        SuiteStub.usualSuite();
        key = TestKeys.issue();
    }

    @Test
    void tellsHowTheNewestCampaignIsDoingWithTheFiguresOfItsReport() {
        String reply = ask("How is the campaign doing?");
        assertThat(reply)
                .contains(
                        "\"Spring launch\" (active): 10000 enrolled, 10000 sent, 9950 delivered, 3984 opened (39.84 %),"
                                + " 812 clicked (8.12 %), 120 replied (1.2 %), 50 bounced.")
                .contains("Enrollments by status: 9880 active, 120 replied.")
                .contains("newest of 3")
                .contains("No language model is connected")
                .doesNotContain("Winter");
        SuiteStub.server()
                .verify(getRequestedFor(
                                urlPathEqualTo("/api/campaigns/instances/" + SuiteStub.CAMPAIGN + "/performance"))
                        .withHeader("X-API-Key", equalTo(key.apiKey())));
    }

    @Test
    void findsACampaignByNameAndRemembersItInTheConversation() {
        Response first = post(Map.of("message", "how is WINTER going?"));
        assertThat(first.path("data.reply").toString())
                .contains("\"Winter\" (completed): 200 enrolled, 200 sent, 100 opened (50 %)")
                .doesNotContain("delivered");
        String second = post(Map.of(
                        "message", "And how many replied?", "conversationId", first.path("data.conversationId")))
                .path("data.reply");
        assertThat(second).contains("\"Winter\"").contains("1 replied (0.5 %)").contains("3 bounced");
    }

    @Test
    void saysWhenANamedCampaignDoesNotExist() {
        assertThat(ask("How is \"Autumn\" doing?"))
                .contains("There is no campaign \"Autumn\".")
                .contains("Winter");
    }

    @Test
    void listsAndComparesCampaigns() {
        SuiteStub.answer(
                "/api/campaigns/instances/0198a000-0000-7000-8000-000000000009/performance",
                "{\"success\":true,\"data\":{\"enrollments\":{\"total\":0,\"byStatus\":{}},\"events\":[],\"funnel\":[]}}");
        assertThat(ask("How are all campaigns doing?"))
                .contains(
                        "There are 3 campaigns: \"Not yet\" (draft), \"Spring launch\" (active), \"Winter\" (completed).")
                .contains("\"Not yet\" (draft): 0 enrolled, 0 sent")
                .contains("3984 opened")
                .contains("100 opened");
        assertThat(ask("compare Winter and Spring Launch"))
                .contains("3984 opened")
                .contains("The best open rate has \"Winter\" (completed): 50 %.")
                .contains("The best reply rate has \"Spring launch\" (active): 1.2 %.")
                .doesNotContain("Not yet");
    }

    @Test
    void countsContactsOverAllPages() {
        assertThat(ask("How many contacts do I have?")).contains("There are 3 contacts.");
    }

    @Test
    void tellsWhichJobsRunAndWhichFailed() {
        assertThat(ask("Which jobs are running?"))
                .contains("1 job is running:")
                .contains("import j-1, 1200 of 10000 done")
                .doesNotContain("failed");
        assertThat(ask("Which jobs failed or are waiting?"))
                .contains("1 job is failed:\n- sleep j-2, attempt 5 of 5, it broke")
                .contains("No job is waiting.");
    }

    @Test
    void readsLimitsAndTheMonitor() {
        assertThat(ask("What about the limits?")).contains("8000 characters").contains("job-worker: queue pending 17");
        assertThat(ask("What does the monitor say?")).contains("job-worker: queue pending 17");
    }

    @Test
    void saysWhatItCanAnswer() {
        assertThat(ask("help")).contains("How many contacts are there?");
        assertThat(ask("Write me a poem about spring"))
                .contains("I do not understand")
                .contains("Which jobs are running?");
    }

    @Test
    void answersInTheShapeOfTheContract() {
        post(Map.of("message", "help"))
                .then()
                .body("success", is(true))
                .body("data.reply", notNullValue())
                .body("data.conversationId", notNullValue())
                .body("data.messageId", notNullValue())
                .body("data.model", is("offline"))
                .body("data.cached", is(false))
                .body("data.usage.inputTokens", is(0))
                .body("data.usage.outputTokens", is(0));
    }

    @Test
    void isUnavailableWhileAServiceItNeedsIs() {
        SuiteStub.server()
                .stubFor(get(urlPathEqualTo("/api/campaigns/instances"))
                        .willReturn(aResponse().withStatus(500)));
        given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(Map.of("message", "How is the campaign doing?"))
                .post("/api/chat")
                .then()
                .statusCode(503)
                .header("Retry-After", notNullValue())
                .body("code", is("service_unavailable"));
    }

    private String ask(String message) {
        return post(Map.of("message", message)).path("data.reply");
    }

    private Response post(Map<String, ?> body) {
        Response response = given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/chat");
        response.then().statusCode(200);
        return response;
    }
}
