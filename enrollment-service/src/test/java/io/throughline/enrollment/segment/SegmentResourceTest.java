package io.throughline.enrollment.segment;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enrollments;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class SegmentResourceTest {

    private static final String PATH = "/api/contacts/segments";

    private TestKey ann;

    @BeforeEach
    void people() {
        ann = TestKeys.issue();
        aContact(ann, Map.of("email", "bo@berg.se", "attributes", Map.of("plan", "gold")));
        aContact(ann, Map.of("email", "info@cole.uk", "attributes", Map.of("plan", "gold")));
        aContact(ann, "cy@cole.uk");
    }

    @Test
    void namesAFilterToListAndEnrollBy() {
        String id = gold();
        as(ann).get(PATH + "/" + id)
                .then()
                .body("data.name", equalTo("Gold people"))
                .body("data.filter.attributes.plan", equalTo("gold"));
        for (String named : new String[] {id, "gold people"}) {
            as(ann).queryParam("segment", named)
                    .get("/api/contacts")
                    .then()
                    .statusCode(200)
                    .body("data.email", contains("bo@berg.se"));
        }
        as(ann).get(PATH + "/" + id + "/count")
                .then()
                .body("data.count", equalTo(1))
                .body("data.more", equalTo(false));
        UUID instance = anInstance(ann.tenantId()).steps(1).published();
        as(ann).body(Map.of("segment", "Gold people"))
                .post(enrollments(instance) + "/bulk")
                .then()
                .statusCode(200)
                .body("data.created", equalTo(1));
        aContact(ann, Map.of("email", "di@dahl.no", "attributes", Map.of("plan", "gold")));
        as(ann).body(Map.of("segment", id))
                .post(enrollments(instance) + "/bulk")
                .then()
                .body("data.created", equalTo(1))
                .body("data.existing", equalTo(1));
    }

    @Test
    void isReplacedAndDeleted() {
        String id = gold();
        as(ann).body(Map.of("name", "Cole", "filter", Map.of("companyDomain", "cole.uk")))
                .put(PATH + "/" + id)
                .then()
                .statusCode(200)
                .body("data.name", equalTo("Cole"));
        as(ann).get("/api/contacts?segment=" + id).then().body("data.email", contains("cy@cole.uk", "info@cole.uk"));
        as(ann).get(PATH).then().body("data.name", contains("Cole"));
        as(TestKeys.issue()).get(PATH + "/" + id).then().statusCode(404);
        as(TestKeys.issue()).get("/api/contacts?segment=" + id).then().statusCode(404);
        as(ann).delete(PATH + "/" + id).then().statusCode(204);
        as(ann).delete(PATH + "/" + id).then().statusCode(404);
        as(ann).get("/api/contacts?segment=Cole").then().statusCode(404);
    }

    @Test
    void namesWhatIsWrong() {
        gold();
        as(ann).body(Map.of("name", "GOLD people", "filter", Map.of("all", true)))
                .post(PATH)
                .then()
                .statusCode(409)
                .body("code", equalTo("segment_exists"));
        as(ann).body(Map.of("name", " ", "filter", Map.of("importedSince", "yesterday", "search", "x".repeat(101))))
                .post(PATH)
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItems("/name", "/filter/importedSince", "/filter/search"));
        as(ann).body(Map.of("name", "All", "filter", Map.of()))
                .post(PATH)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/filter"));
        as(ann).body("{\"name\":\"All\"}").post(PATH).then().statusCode(422);
        as(ann).get("/api/contacts?segment=gold%20people&role=true")
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/segment"));
    }

    private String gold() {
        return as(ann).body(Map.of(
                        "name", "Gold people", "filter", Map.of("attributes", Map.of("plan", "gold"), "role", false)))
                .post(PATH)
                .then()
                .statusCode(201)
                .extract()
                .path("data.id");
    }
}
