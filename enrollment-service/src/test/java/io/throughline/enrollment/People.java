package io.throughline.enrollment;

import static io.restassured.RestAssured.given;

import io.quarkus.arc.Arc;
import io.restassured.specification.RequestSpecification;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Contacts, and requests in their owner's name. */
public final class People {

    private People() {}

    public static RequestSpecification as(TestKey key) {
        return given().header("X-API-Key", key.apiKey()).contentType("application/json");
    }

    public static UUID aContact(TestKey owner, String email) {
        return aContact(owner, Map.of("email", email));
    }

    public static UUID aContact(TestKey owner, Map<String, ?> fields) {
        return UUID.fromString(as(owner)
                .body(fields)
                .post("/api/contacts")
                .then()
                .statusCode(201)
                .extract()
                .path("data.id"));
    }

    /** Straight into the table, for when thousands are needed. */
    public static List<UUID> contacts(UUID tenantId, int count) {
        return Arc.container().instance(Sql.class).get().list("""
                        INSERT INTO contact (tenant_id, email, first_name, company)
                        SELECT ?, 'p' || n || '@example.org', 'P' || n, 'Company ' || n % 10
                        FROM generate_series(1, ?) AS n RETURNING id
                        """, row -> row.uuid("id"), tenantId, count);
    }

    public static UUID enroll(TestKey owner, UUID instanceId, UUID contactId) {
        return UUID.fromString(as(owner)
                .body(Map.of("contactId", contactId))
                .post(enrollments(instanceId))
                .then()
                .statusCode(201)
                .extract()
                .path("data.id"));
    }

    public static String enrollments(UUID instanceId) {
        return "/api/campaigns/instances/" + instanceId + "/enrollments";
    }
}
