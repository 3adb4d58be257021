package io.throughline.jobs.job;

import static io.restassured.RestAssured.given;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TenancySuite;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.Map;
import java.util.Set;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobTenancyTest extends TenancySuite {

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

    /** A name is each tenant's own; see ScheduleResourceTest. */
    @Override
    protected Set<String> makingRows() {
        return Set.of("put /api/jobs/schedules/{name}");
    }

    @Override
    protected Map<String, String> pathsOf(TestKey owner) {
        String job = "/api/jobs/" + aWaitingJob(owner);
        return Map.of(
                "/api/jobs/{id}",
                job,
                "/api/jobs/{id}/cancel",
                job + "/cancel",
                "/api/jobs/{id}/retry",
                job + "/retry",
                "/api/jobs/schedules/{name}",
                "/api/jobs/schedules/" + aSchedule(owner),
                "/api/import/{id}/errors.csv",
                "/api/import/" + anImport(owner) + "/errors.csv",
                "/api/workflows/{jobId}",
                job.replace("jobs", "workflows"),
                // A name is each tenant's own, so PUT makes one; WorkflowTest asks for another tenant's.
                "/api/workflows/definitions/{name}",
                "/api/workflows/definitions/of/another");
    }
}
