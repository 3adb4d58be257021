package io.throughline.enrollment.contact;

import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.RowsRead;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class ContactSearchTest {

    private static final int MANY = 230_000;

    @Inject
    ContactStore contacts;

    @Inject
    Sql sql;

    @Test
    void findsByAttributesAndMarks() {
        TestKey ann = TestKeys.issue();
        aContact(ann, Map.of("email", "bo@berg.se", "attributes", Map.of("plan", "gold", "seats", 5)));
        aContact(ann, Map.of("email", "info@cole.uk", "attributes", Map.of("plan", "gold")));
        aContact(ann, Map.of("email", "x@mailinator.com", "attributes", Map.of("plan", "free")));
        found(ann, "attributes.plan=gold", "info@cole.uk", "bo@berg.se");
        found(ann, "attributes.plan=gold&attributes.seats=5", "bo@berg.se");
        found(ann, "attributes.plan=Gold");
        found(ann, "attributes.none=gold");
        found(ann, "role=true", "info@cole.uk");
        found(ann, "role=false&disposable=false", "bo@berg.se");
        found(ann, "disposable=true", "x@mailinator.com");
        as(ann).get("/api/contacts?role=true").then().body("data[0].marks", contains("role"));
        as(ann).get("/api/contacts?role=maybe").then().statusCode(422).body("errors.pointer", contains("/role"));
        as(ann).get("/api/contacts?search=" + "x".repeat(101))
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItem("/search"));
    }

    @Test
    void marksFollowTheAddress() {
        TestKey ann = TestKeys.issue();
        UUID id = aContact(ann, "info@cole.uk");
        as(ann).body("{\"email\":\"cy@cole.uk\"}")
                .patch("/api/contacts/" + id)
                .then()
                .statusCode(200)
                .body("data.marks", empty());
        found(ann, "role=true");
    }

    /** What no index knows is looked for in bounded windows: nothing is missed, and no page costs more than the bound. */
    @Test
    void looksAtABoundedNumberOfContactsForAPage() {
        TestKey ann = TestKeys.issue();
        sql.update("""
                INSERT INTO contact (id, tenant_id, email, first_name, attributes)
                SELECT uuidv7(make_interval(secs => n - ?)), ?, 'p' || n || '@example.org', 'P' || n % 1000,
                       jsonb_build_object('n', n % 500)
                FROM generate_series(1, ?) AS n
                """, MANY, ann.tenantId(), MANY);
        sql.update("ANALYZE contact");
        ContactFilter frequent = filter("p77", Map.of());
        assertThat(RowsRead.of("contact", () -> contacts.page(ann.tenantId(), frequent, null, 10)))
                .isLessThan(2_100);
        ContactFilter rare = filter("p5@example.org", Map.of());
        assertThat(RowsRead.of(
                        "contact",
                        () -> assertThat(contacts.page(ann.tenantId(), rare, null, 10)
                                        .contacts())
                                .isEmpty()))
                .isLessThan(2 * 222_100);
        ContactFilter attribute = filter(null, Map.of("n", "77"));
        assertThat(RowsRead.of("contact", () -> contacts.page(ann.tenantId(), attribute, null, 3)))
                .isLessThan(2_100);

        List<String> found = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        while (cursor != null) {
            JsonPath page = as(ann).get("/api/contacts?search=p5@example.org&cursor=" + cursor)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            found.addAll(page.getList("data.email"));
            cursor = page.getString("page.next");
            pages++;
        }
        assertThat(found).containsExactly("p5@example.org");
        assertThat(pages).isEqualTo(2);
        as(ann).get("/api/contacts?importedSince=2999-01-01").then().body("data", empty());
        assertThat(RowsRead.of(
                        "contact",
                        () -> contacts.page(
                                ann.tenantId(),
                                new FilterRequest(null, null, "2999-01-01", null, null, null, null, null, false)
                                        .checked(""),
                                null,
                                10)))
                .isZero();
    }

    private static ContactFilter filter(String search, Map<String, String> attributes) {
        return new FilterRequest(search, null, null, null, null, attributes, null, null, false).checked("");
    }

    private static void found(TestKey key, String query, String... emails) {
        as(key).get("/api/contacts?" + query)
                .then()
                .statusCode(200)
                .body("data.email", emails.length == 0 ? empty() : contains(emails))
                .body("success", equalTo(true));
    }
}
