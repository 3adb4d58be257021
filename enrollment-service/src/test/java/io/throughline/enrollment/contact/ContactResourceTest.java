package io.throughline.enrollment.contact;

import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class ContactResourceTest {

    private TestKey ann;

    @BeforeEach
    void aTenant() {
        ann = TestKeys.issue();
    }

    @Test
    void createsAContactAndShowsIt() {
        String id = as(ann).body("""
                        {"email":" Bo.Berg@Example.COM ","firstName":"Bo","lastName":"","attributes":{"plan":"gold","seats":5}}""")
                .post("/api/contacts")
                .then()
                .statusCode(201)
                .header("Location", containsString("/api/contacts/"))
                .body("success", equalTo(true))
                .body("data.email", equalTo("bo.berg@example.com"))
                .body("data.firstName", equalTo("Bo"))
                .body("data.lastName", nullValue())
                .body("data.company", nullValue())
                .body("data.companyDomain", equalTo("example.com"))
                .body("data.attributes", equalTo(Map.of("plan", "gold", "seats", 5)))
                .extract()
                .path("data.id");
        Map<String, Object> shown = as(ann).get("/api/contacts/" + id)
                .then()
                .statusCode(200)
                .extract()
                .path("data");
        assertThat(shown.keySet())
                .containsExactly(
                        "id",
                        "email",
                        "firstName",
                        "lastName",
                        "company",
                        "companyDomain",
                        "attributes",
                        "marks",
                        "importedAt");
        assertThat(Instant.parse((String) shown.get("importedAt"))).isNotNull();
    }

    @Test
    void refusesASecondContactWithTheEmailOfTheFirst() {
        aContact(ann, "bo@example.com");
        as(ann).body(Map.of("email", "BO@example.com"))
                .post("/api/contacts")
                .then()
                .statusCode(409)
                .body("code", equalTo("contact_exists"));
        aContact(TestKeys.issue(), "bo@example.com");
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        as(ann).body(Map.of(
                        "email", "nobody",
                        "firstName", "x".repeat(201),
                        "attributes", Map.of("nested", List.of(1))))
                .post("/api/contacts")
                .then()
                .statusCode(422)
                .body("code", equalTo("validation_failed"))
                .body("errors.pointer", hasItems("/email", "/firstName", "/attributes/nested"));
        as(ann).body("{}").post("/api/contacts").then().statusCode(422).body("errors.pointer", hasItems("/email"));
        as(ann).post("/api/contacts").then().statusCode(422);
        as(ann).body("{\"email\":\"a\\u0000b@example.com\",\"firstName\":\"\\u0000\"}")
                .post("/api/contacts")
                .then()
                .statusCode(201)
                .body("data.email", equalTo("ab@example.com"));
    }

    @Test
    void changesOnlyWhatThePatchNames() {
        UUID id = aContact(
                ann, Map.of("email", "bo@example.com", "firstName", "Bo", "attributes", Map.of("a", "1", "b", "2")));
        as(ann).body(
                        "{\"lastName\":\"Berg\",\"firstName\":null,\"companyDomain\":\"Berg.se\",\"attributes\":{\"a\":null,\"c\":true}}")
                .patch("/api/contacts/" + id)
                .then()
                .statusCode(200)
                .body("data.email", equalTo("bo@example.com"))
                .body("data.firstName", nullValue())
                .body("data.lastName", equalTo("Berg"))
                .body("data.companyDomain", equalTo("berg.se"))
                .body("data.attributes", equalTo(Map.of("b", "2", "c", true)));
        as(ann).body("{\"companyDomain\":null,\"email\":\"bo@other.example\"}")
                .patch("/api/contacts/" + id)
                .then()
                .statusCode(200)
                .body("data.companyDomain", equalTo("other.example"));
        aContact(ann, "taken@example.com");
        as(ann).body("{\"email\":\"taken@example.com\"}")
                .patch("/api/contacts/" + id)
                .then()
                .statusCode(409)
                .body("code", equalTo("contact_exists"));
        as(ann).body("{\"email\":\"x\"}")
                .patch("/api/contacts/" + id)
                .then()
                .statusCode(422)
                .body("errors[0].pointer", equalTo("/email"));
    }

    @Test
    void deletesAContactOnce() {
        UUID id = aContact(ann, "bo@example.com");
        as(ann).delete("/api/contacts/" + id).then().statusCode(204);
        as(ann).delete("/api/contacts/" + id).then().statusCode(404);
        as(ann).get("/api/contacts/" + id).then().statusCode(404).body("code", equalTo("not_found"));
        as(ann).get("/api/contacts/not-an-id").then().statusCode(404);
    }

    @Test
    void findsContactsByTextDomainEmailAndImportTime() {
        aContact(ann, Map.of("email", "bo@berg.se", "firstName", "Bo", "lastName", "Berg", "company", "Berg 100%_AB"));
        aContact(ann, Map.of("email", "cy@cole.uk", "firstName", "Cy", "companyDomain", "COLE.com"));
        found("search=bo%20ber", "bo@berg.se");
        found("search=100%25_ab", "bo@berg.se");
        found("search=%25", "bo@berg.se");
        found("search=%00%25", "bo@berg.se");
        found("search=g_b");
        found("search=COLE", "cy@cole.uk");
        found("search=c", "cy@cole.uk");
        found("companyDomain=Cole.com", "cy@cole.uk");
        found("companyDomain=cole.uk");
        found("email=BO@berg.se", "bo@berg.se");
        found("importedSince=2026-01-01", "cy@cole.uk", "bo@berg.se");
        found("importedSince=2999-01-01T00:00:00%2B01:00");
        as(ann).get("/api/contacts?importedSince=yesterday")
                .then()
                .statusCode(422)
                .body("errors[0].pointer", equalTo("/importedSince"));
        as(ann).get("/api/contacts?importedSince=%2B12026-01-01").then().statusCode(422);
        as(ann).get("/api/contacts?search=" + "x".repeat(101)).then().statusCode(422);
    }

    private void found(String query, String... emails) {
        as(ann).urlEncodingEnabled(false)
                .get("/api/contacts?" + query)
                .then()
                .statusCode(200)
                .body("data.email", emails.length == 0 ? equalTo(List.of()) : contains(emails))
                .body("page.limit", equalTo(50));
    }

    @Test
    void answersAnUnchangedListWith304() {
        aContact(ann, "bo@example.com");
        String tag =
                as(ann).get("/api/contacts").then().statusCode(200).extract().header("ETag");
        as(ann).header("If-None-Match", tag).get("/api/contacts").then().statusCode(304);
        aContact(ann, "cy@example.com");
        as(ann).header("If-None-Match", tag)
                .get("/api/contacts")
                .then()
                .statusCode(200)
                .header("ETag", endsWith("\""))
                .body("data.email", contains("cy@example.com", "bo@example.com"));
    }
}
