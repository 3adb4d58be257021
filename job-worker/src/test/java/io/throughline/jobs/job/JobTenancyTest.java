package io.throughline.jobs.job;

import static io.restassured.RestAssured.given;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TenancySuite;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobTenancyTest extends TenancySuite {

    @Inject
    Sql sql;

    static String aWaitingJob(TestKey owner) {
        return given().header("X-API-Key", owner.apiKey())
                .contentType("application/json")
                .body("{\"type\":\"echo\",\"runAt\":\"2999-01-01T00:00:00Z\"}")
                .post("/api/jobs")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
    }

    private static String anImport(TestKey owner) {
        return given().header("X-API-Key", owner.apiKey())
                .contentType("text/csv")
                .body("email\na@x.example\n")
                .post("/api/import/csv")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
    }

    private static String aSchedule(TestKey owner) {
        return given().header("X-API-Key", owner.apiKey())
                .contentType("application/json")
                .body("{\"cron\":\"0 9 * * *\",\"type\":\"echo\"}")
                .put("/api/jobs/schedules/nightly")
                .then()
                .statusCode(201)
                .extract()
                .path("data.name");
    }

    private UUID aMessageOfUnknownFate(TestKey owner) {
        return sql.one("""
                INSERT INTO outreach_message (message_id, tenant_id, enrollment_id, instance_id, contact_id, channel,
                    step_number, sender, recipient, subject, body, status, event, job_id, settled_at)
                VALUES (uuidv7(), ?, uuidv7(), uuidv7(), uuidv7(), 'email', 1, 'a@b.example', 'c@d.example', '', '',
                    'unknown', 'unknown', uuidv7(), now())
                RETURNING message_id
                """, row -> row.uuid("message_id"), owner.tenantId());
    }

    private String aChannel(TestKey owner) {
        sql.update("""
                INSERT INTO channel_endpoint (tenant_id, channel, url, secret, created_at, updated_at)
                VALUES (?, 'sms', 'https://example.com/', '', now(), now())
                """, owner.tenantId());
        return "/api/outreach/channels/sms";
    }

    /** A name is each tenant's own; see ScheduleResourceTest and ChannelOutreachTest. */
    @Override
    protected Set<String> makingRows() {
        return Set.of("put /api/jobs/schedules/{name}", "put /api/outreach/channels/{channel}");
    }

    @Override
    protected Map<String, String> pathsOf(TestKey owner) {
        String job = "/api/jobs/" + aWaitingJob(owner);
        String imported = "/api/import/" + anImport(owner);
        String channel = aChannel(owner);
        Map<String, String> paths = new HashMap<>();
        paths.put("/api/jobs/{id}", job);
        paths.put("/api/jobs/{id}/cancel", job + "/cancel");
        paths.put("/api/jobs/{id}/retry", job + "/retry");
        paths.put("/api/jobs/schedules/{name}", "/api/jobs/schedules/" + aSchedule(owner));
        paths.put("/api/import/{id}", imported);
        paths.put("/api/import/{id}/errors.csv", imported + "/errors.csv");
        paths.put(
                "/api/outreach/messages/{messageId}/resend",
                "/api/outreach/messages/" + aMessageOfUnknownFate(owner) + "/resend");
        paths.put("/api/workflows/{jobId}", job.replace("jobs", "workflows"));
        // A name is each tenant's own, so PUT makes one; WorkflowTest asks for another tenant's.
        paths.put("/api/workflows/definitions/{name}", "/api/workflows/definitions/of/another");
        paths.put("/api/outreach/channels/{channel}", channel);
        paths.put("/api/outreach/channels/{channel}/rotate", channel + "/rotate");
        paths.put("/api/outreach/channels/{channel}/test", channel + "/test");
        return paths;
    }
}
