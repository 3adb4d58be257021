package io.throughline.jobs.schedule;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class ScheduleResourceTest {

    private static final String PATH = "/api/jobs/schedules";
    private static final String REPORT = """
            {"cron":"0 9 * * MON-FRI","timeZone":"Europe/Berlin","type":"echo","parameters":{"a":[1,"é"]},
             "priority":"high","missed":"all","enabled":true}""";

    private final TestKey key = TestKeys.issue();

    private static RequestSpecification client(TestKey key) {
        return given().header("X-API-Key", key.apiKey()).contentType("application/json");
    }

    private RequestSpecification client() {
        return client(key);
    }

    private void put(String name, String body, int status) {
        client().body(body).put(PATH + "/" + name).then().statusCode(status);
    }

    @Test
    void makesReplacesShowsAndRemoves() {
        client().body(REPORT)
                .put(PATH + "/report")
                .then()
                .statusCode(201)
                .body("success", equalTo(true))
                .body("data.name", equalTo("report"))
                .body("data.cron", equalTo("0 9 * * MON-FRI"))
                .body("data.timeZone", equalTo("Europe/Berlin"))
                .body("data.type", equalTo("echo"))
                .body("data.parameters.a", hasItems(1, "é"))
                .body("data.priority", equalTo("high"))
                .body("data.missed", equalTo("all"))
                .body("data.enabled", equalTo(true))
                .body("data.nextAt", notNullValue())
                .body("data.lastAt", nullValue())
                .body("data.lastJobId", nullValue());
        client().body("{\"cron\":\"0 9 * * *\",\"type\":\"echo\",\"enabled\":false}")
                .put(PATH + "/report")
                .then()
                .statusCode(200)
                .body("data.timeZone", equalTo("UTC"))
                .body("data.priority", equalTo("normal"))
                .body("data.missed", equalTo("once"))
                .body("data.enabled", equalTo(false))
                .body("data.nextAt", nullValue());
        client().get(PATH + "/report").then().statusCode(200).body("data.cron", equalTo("0 9 * * *"));
        client().delete(PATH + "/report").then().statusCode(204);
        client().get(PATH + "/report").then().statusCode(404);
        client().delete(PATH + "/report").then().statusCode(404);
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        client().body("""
                {"cron":"61 9 * * MON-FRY","timeZone":"Europe/Atlantis","type":"fly","priority":"urgent","missed":"maybe"}""")
                .put(PATH + "/Bad_Name")
                .then()
                .statusCode(422)
                .body("errors", hasSize(6))
                .body("errors.pointer", hasItems("/name", "/cron", "/timeZone", "/type", "/priority", "/missed"))
                .body(
                        "errors.find { it.pointer == '/cron' }.detail",
                        equalTo(
                                "minute 61: Value 61 not in range [0, 59]; "
                                        + "day of week MON-FRY: Invalid chars in expression! Expression: FRY Invalid chars: FRY"));
        client().body("{\"cron\":\"0 0 30 2 *\",\"type\":\"sleep\",\"parameters\":{\"millis\":-1}}")
                .put(PATH + "/never")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/cron", "/parameters"))
                .body(
                        "errors.detail",
                        hasItems(containsString("never comes"), containsString("between 0 and 3600000")));
        client().body("{}")
                .put(PATH + "/none")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/cron", "/type"));
        put("none", "", 422);
        put("none", "{", 400);
        for (String type : List.of("import", "maintenance")) {
            put("ours", "{\"cron\":\"* * * * *\",\"type\":\"" + type + "\"}", 422);
        }
        client().get(PATH).then().statusCode(200).body("data", empty());
    }

    @Test
    void aNameIsEachTenantsOwnAndOursAreNobodys() {
        TestKey stranger = TestKeys.issue();
        put("report", REPORT, 201);
        client(stranger).get(PATH + "/report").then().statusCode(404);
        client(stranger)
                .body("{\"cron\":\"0 1 * * *\",\"type\":\"echo\"}")
                .put(PATH + "/report")
                .then()
                .statusCode(201);
        client().get(PATH + "/report").then().body("data.cron", equalTo("0 9 * * MON-FRI"));
        client(stranger).delete(PATH + "/report").then().statusCode(204);
        client().get(PATH + "/report").then().statusCode(200);
        client().get(PATH).then().body("data.name", equalTo(List.of("report")));
        for (String nobodys : List.of("maintenance", "%00", "Report", "a".repeat(65))) {
            client().urlEncodingEnabled(false).get(PATH + "/" + nobodys).then().statusCode(404);
            client().urlEncodingEnabled(false)
                    .delete(PATH + "/" + nobodys)
                    .then()
                    .statusCode(404);
        }
        TestKey reader = TestKeys.issue(key.tenantId(), "read");
        client(reader).get(PATH + "/report").then().statusCode(200);
        client(reader).body(REPORT).put(PATH + "/report").then().statusCode(403);
        client(reader).delete(PATH + "/report").then().statusCode(403);
    }

    /** The whole way: the service's own loop, the queue, a worker. */
    @Test
    void firesByItselfUntilItIsRemoved() {
        put("often", "{\"cron\":\"* * * * * *\",\"type\":\"echo\",\"parameters\":{\"from\":\"often\"}}", 201);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> client().queryParam("status", "completed")
                        .get("/api/jobs")
                        .then()
                        .body("data.size()", greaterThanOrEqualTo(3))
                        .body("data[0].result.from", equalTo("often")));
        String last = client().get(PATH + "/often")
                .then()
                .body("data.lastAt", notNullValue())
                .extract()
                .path("data.lastJobId");
        client().get("/api/jobs/" + last).then().statusCode(200).body("data.parameters.from", equalTo("often"));
        client().delete(PATH + "/often").then().statusCode(204);
        List<String> made = client().get("/api/jobs?limit=200").jsonPath().getList("data.jobId");
        assertThat(made).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(3);
    }
}
