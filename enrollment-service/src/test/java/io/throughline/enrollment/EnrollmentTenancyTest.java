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
        String segment = "/api/contacts/segments/"
                + People.as(owner)
                        .body("{\"name\":\"All\",\"filter\":{\"all\":true}}")
                        .post("/api/contacts/segments")
                        .<String>path("data.id");
        return Map.ofEntries(
                Map.entry("/api/campaigns/templates/{templateId}/preview", ofTemplate + "/preview"),
                Map.entry("/api/campaigns/templates/{templateId}/test-send", ofTemplate + "/test-send"),
                Map.entry("/api/contacts/segments/{id}", segment),
                Map.entry("/api/contacts/segments/{id}/count", segment + "/count"),
                Map.entry("/api/contacts/{id}/merge", "/api/contacts/" + contact + "/merge"),
                Map.entry("/api/contacts/{id}/export", "/api/contacts/" + contact + "/export"),
                Map.entry("/api/contacts/{id}", "/api/contacts/" + contact),
                Map.entry("/api/contacts/{id}/timeline", "/api/contacts/" + contact + "/timeline"),
                Map.entry(
                        "/api/campaigns/instances/{instanceId}/ledger",
                        "/api/campaigns/instances/" + instance + "/ledger"),
                Map.entry("/api/campaigns/instances/{instanceId}/enrollments", People.enrollments(instance)),
                Map.entry(
                        "/api/campaigns/instances/{instanceId}/enrollments/bulk",
                        People.enrollments(instance) + "/bulk"),
                Map.entry("/api/enrollments/{id}", enrollment),
                Map.entry("/api/suppressions/{email}", "/api/suppressions/" + suppressed(owner)));
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
            case "/api/contacts/segments/{id}" -> "{\"name\":\"Ours\",\"filter\":{\"all\":true}}";
            case "/api/contacts/{id}/merge" -> "{\"contactId\":\"01980000-0000-7000-8000-000000000000\"}";
            case "/api/enrollments/{id}" -> "{\"action\":\"pause\"}";
            default -> "{}";
        };
    }
}
