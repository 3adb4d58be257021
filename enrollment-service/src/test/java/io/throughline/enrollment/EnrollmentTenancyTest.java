package io.throughline.enrollment;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.TenancySuite;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.Map;
import java.util.UUID;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class EnrollmentTenancyTest extends TenancySuite {

    @Override
    protected Map<String, String> pathsOf(TestKey owner) {
        UUID contact = People.aContact(owner, "ann@example.com");
        UUID instance = Campaigns.anInstance(owner.tenantId()).steps(2).published();
        String enrollment = "/api/enrollments/" + People.enroll(owner, instance, contact);
        String segment = "/api/contacts/segments/"
                + People.as(owner)
                        .body("{\"name\":\"All\",\"filter\":{\"all\":true}}")
                        .post("/api/contacts/segments")
                        .<String>path("data.id");
        return Map.of(
                "/api/contacts/segments/{id}", segment,
                "/api/contacts/segments/{id}/count", segment + "/count",
                "/api/contacts/{id}/merge", "/api/contacts/" + contact + "/merge",
                "/api/contacts/{id}/export", "/api/contacts/" + contact + "/export",
                "/api/contacts/{id}", "/api/contacts/" + contact,
                "/api/contacts/{id}/timeline", "/api/contacts/" + contact + "/timeline",
                "/api/campaigns/instances/{instanceId}/enrollments", People.enrollments(instance),
                "/api/campaigns/instances/{instanceId}/enrollments/bulk", People.enrollments(instance) + "/bulk",
                "/api/enrollments/{id}", enrollment);
    }

    @Override
    protected String body(String method, String template) {
        return switch (template) {
            case "/api/campaigns/instances/{instanceId}/enrollments" -> "{\"email\":\"ann@example.com\"}";
            case "/api/campaigns/instances/{instanceId}/enrollments/bulk" -> "{\"filter\":{\"all\":true}}";
            case "/api/contacts/segments/{id}" -> "{\"name\":\"Ours\",\"filter\":{\"all\":true}}";
            case "/api/contacts/{id}/merge" -> "{\"contactId\":\"01980000-0000-7000-8000-000000000000\"}";
            case "/api/enrollments/{id}" -> "{\"action\":\"pause\"}";
            default -> "{}";
        };
    }
}
