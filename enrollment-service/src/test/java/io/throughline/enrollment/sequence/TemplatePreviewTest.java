package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.Topic;
import io.throughline.events.Topics;
import io.throughline.events.jobs.JobRequested;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
public class TemplatePreviewTest {

    /** As campaign-service shows it. */
    public static final String TEMPLATE = """
            {"steps":[
              {"stepNumber":1,"channel":"email","delay":"PT0S","subject":"Hi {{firstName|there}}",
               "body":"{{company}}, {{city}}","html":"<p>{{company}}</p><a href=\\"{{unsubscribeUrl}}\\">Stop</a>"},
              {"stepNumber":2,"channel":"sms","delay":"PT0S","body":"Hi {{firstName}}"}]}
            """;

    private TestKey ann;
    private String template;

    @BeforeEach
    void aTemplate() {
        ann = TestKeys.issue();
        UUID id = Ids.next();
        EnrollmentServers.show(id, ann.apiKey(), TEMPLATE);
        template = "/api/campaigns/templates/" + id;
    }

    @Test
    void showsAStepAsAContactWouldGetIt() {
        UUID bo = aContact(ann, Map.of("email", "bo@example.com", "firstName", "Bo", "company", "Berg & Sons"));
        as(ann).body(Map.of("contactId", bo, "values", Map.of("city", "Oslo")))
                .post(template + "/preview")
                .then()
                .statusCode(200)
                .body("data.step", equalTo(1))
                .body("data.subject", equalTo("Hi Bo"))
                .body("data.body", equalTo("Berg & Sons, Oslo"))
                .body("data.html", equalTo("<p>Berg &amp; Sons</p><a href=\"#\">Stop</a>"))
                .body("data.missing", empty());
    }

    @Test
    void namesWhatIsMissing() {
        as(ann).body(Map.of())
                .post(template + "/preview")
                .then()
                .statusCode(200)
                .body("data.subject", equalTo("Hi there"))
                .body("data.missing", contains("company", "city"));
        as(ann).body(Map.of("step", 2))
                .post(template + "/preview")
                .then()
                .body("data.channel", equalTo("sms"))
                .body("data.html", nullValue())
                .body("data.missing", contains("firstName"));
    }

    @Test
    void namesTheFieldAtFault() {
        refused("/preview", Map.of("step", 3), "/step");
        refused("/preview", Map.of("values", Map.of("a", Map.of())), "/values/a");
        refused("/test-send", Map.of("sender", "ann@example.com"), "/to");
        refused("/test-send", Map.of("to", "bo@example.com"), "/sender");
        refused("/test-send", Map.of("to", "bo@example.com", "sender", "ann@example.com", "step", 2), "/step");
        as(ann).body(Map.of("email", "bo@example.com")).post("/api/suppressions");
        refused("/test-send", Map.of("to", "Bo@example.com", "sender", "ann@example.com"), "/to");
        as(ann).body(Map.of("contactId", Ids.next()))
                .post(template + "/preview")
                .then()
                .statusCode(404);
        assertThat(Topic.publishedRecords(Topics.JOB_REQUESTS, ann.tenantId())).isEmpty();
    }

    private void refused(String call, Map<String, ?> body, String pointer) {
        as(ann).body(body).post(template + call).then().statusCode(422).body("errors.pointer", contains(pointer));
    }

    @Test
    void asksForATestMailAsAJob() {
        String jobId = as(ann).body(Map.of(
                        "to", "Me@Example.com", "sender", "Ann <ann@example.com>", "values", Map.of("company", "Berg")))
                .post(template + "/test-send")
                .then()
                .statusCode(202)
                .extract()
                .path("data.jobId");
        assertThat(Topic.published(Topics.JOB_REQUESTS, ann.tenantId(), JobRequested.class))
                .singleElement()
                .satisfies(job -> {
                    assertThat(job.jobId()).hasToString(jobId);
                    assertThat(job.type()).isEqualTo("test_mail");
                    assertThat(job.parameters())
                            .containsEntry("to", "me@example.com")
                            .containsEntry("sender", "Ann <ann@example.com>")
                            .containsEntry("subject", "Hi there")
                            .containsEntry("body", "Berg, ");
                });
    }
}
