package io.throughline.jobs.outreach;

import static io.restassured.RestAssured.given;
import static io.throughline.jobs.outreach.Campaign.address;
import static io.throughline.jobs.outreach.Campaign.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class TestMailTest {

    @Inject
    Sql sql;

    private final TestKey ann = TestKeys.issue();
    private final ScriptedSmtp server = MailServerForTests.server();

    private String ask(String to) {
        return given().header("X-API-Key", ann.apiKey())
                .contentType("application/json")
                .body(Map.of(
                        "type",
                        "test_mail",
                        "parameters",
                        Map.of(
                                "sender",
                                "ann@sender.example",
                                "to",
                                to,
                                "subject",
                                "Hi",
                                "body",
                                "Text",
                                "html",
                                "<p>")))
                .post("/api/jobs")
                .then()
                .extract()
                .path("data.jobId");
    }

    private void becomes(String job, String status, String code) {
        patiently()
                .untilAsserted(() -> given().header("X-API-Key", ann.apiKey())
                        .get("/api/jobs/" + job)
                        .then()
                        .body("data.status", equalTo(status))
                        .body("data.error.code", equalTo(code)));
    }

    @Test
    void arrivesMarkedAndInNoLedger() {
        String to = address("me");
        becomes(ask(to), "completed", null);
        assertThat(server.to(to))
                .singleElement()
                .satisfies(mail -> assertThat(mail.content())
                        .contains("Subject: [Test] Hi\r\n")
                        .contains("multipart/alternative")
                        .doesNotContain("Feedback-ID", "List-Unsubscribe"));
        assertThat(sql.list("SELECT FROM outreach_message WHERE tenant_id = ?", row -> true, ann.tenantId()))
                .isEmpty();
    }

    @Test
    void saysWhyItWasRefusedAndIsNotSentAgainWhenItMayHaveArrived() {
        String nobody = address("nobody");
        server.script(nobody, ScriptedSmtp.Fault.REFUSED);
        becomes(ask(nobody), "failed", "refused");
        String lost = address("lost");
        server.script(lost, ScriptedSmtp.Fault.CUT_AFTER_CONTENT);
        becomes(ask(lost), "failed", "unknown");
        assertThat(server.to(lost)).hasSize(1);
        becomes(ask("nobody at all"), "failed", "impossible");
    }
}
