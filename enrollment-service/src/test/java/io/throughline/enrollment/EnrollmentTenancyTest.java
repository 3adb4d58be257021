package io.throughline.enrollment;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.sequence.TemplatePreviewTest;
import io.throughline.platform.test.TenancySuite;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
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
        UUID template = Ids.next();
        EnrollmentServers.show(template, owner.apiKey(), TemplatePreviewTest.TEMPLATE);
        String ofTemplate = "/api/campaigns/templates/" + template;
        return Map.of(
                "/api/campaigns/templates/{templateId}/preview", ofTemplate + "/preview",
                "/api/campaigns/templates/{templateId}/test-send", ofTemplate + "/test-send",
                "/api/contacts/{id}", "/api/contacts/" + contact,
                "/api/contacts/{id}/timeline", "/api/contacts/" + contact + "/timeline",
                "/api/campaigns/instances/{instanceId}/ledger", "/api/campaigns/instances/" + instance + "/ledger",
                "/api/campaigns/instances/{instanceId}/enrollments", People.enrollments(instance),
                "/api/campaigns/instances/{instanceId}/enrollments/bulk", People.enrollments(instance) + "/bulk",
                "/api/enrollments/{id}", enrollment,
                "/api/suppressions/{email}", "/api/suppressions/" + suppressed(owner));
    }

    private static String suppressed(TestKey owner) {
        String email = "gone@example.com";
        People.as(owner).body(Map.of("email", email)).post("/api/suppressions");
        return email;
    }

    @Override
    protected String body(String method, String template) {
        return switch (template) {
            case "/api/campaigns/instances/{instanceId}/enrollments" -> "{\"email\":\"ann@example.com\"}";
            case "/api/campaigns/instances/{instanceId}/enrollments/bulk" -> "{\"filter\":{\"all\":true}}";
            case "/api/campaigns/templates/{templateId}/test-send" ->
                "{\"to\":\"ann@example.com\",\"sender\":\"ann@example.com\"}";
            case "/api/enrollments/{id}" -> "{\"action\":\"pause\"}";
            default -> "{}";
        };
    }
}
