package io.throughline.campaign.template;

import static io.throughline.campaign.Campaigns.TEMPLATES;
import static io.throughline.campaign.Campaigns.aTemplate;
import static io.throughline.campaign.Campaigns.as;
import static io.throughline.campaign.Campaigns.step;
import static io.throughline.campaign.Campaigns.template;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.campaign.Campaigns;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class TemplateResourceTest {

    private static final Map<String, Object> CONDITION = Map.of(
            "any", List.of(Map.of("if", "clicked"), Map.of("all", List.of(Map.of("if", "not_opened", "step", 1)))));

    @Test
    void keepsWhatItWasGiven() {
        var key = TestKeys.issue();
        Map<String, Object> linkedIn = new HashMap<>(Map.of("channel", "linkedin", "body", "Hi ✋", "delay", "P1W"));
        var answer = as(key).body(template(
                        "  Ostergrüße  ", List.of(linkedIn, step(Map.of("condition", CONDITION, "delay", "P3DT4H")))))
                .post(TEMPLATES)
                .then()
                .statusCode(201)
                .header("Location", containsString(TEMPLATES))
                .body("success", equalTo(true));
        String id = answer.extract().path("data.id");
        answer.header("Location", endsWith(id));
        var written = answer.extract().jsonPath();

        var read = as(key).get(TEMPLATES + "/" + id)
                .then()
                .statusCode(200)
                .body("data.name", equalTo("Ostergrüße"))
                .body("data.version", equalTo(1))
                .body("data.steps.stepNumber", contains(1, 2))
                .body("data.steps.delay", contains("PT168H", "PT76H"))
                .body("data.steps[1].condition.any[0].if", equalTo("clicked"))
                .body("data.steps[1].condition.any[1].all[0].step", equalTo(1))
                .body("data.steps[0].subject", nullValue())
                .body("data.steps[0].condition", nullValue())
                .body("data.steps[0].variants", nullValue())
                .extract()
                .jsonPath();
        org.assertj.core.api.Assertions.assertThat(read.getMap("data")).isEqualTo(written.getMap("data"));
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        var key = TestKeys.issue();
        Map<String, Object> wrong = Map.of(
                "name",
                " ",
                "steps",
                java.util.Arrays.asList(
                        step(Map.of("channel", "pigeon", "delay", "soon")),
                        step(Map.of("subject", "two\r\nBcc: all@example.com", "delay", "PT-1S")),
                        Map.of("channel", "email", "delay", "P366D"),
                        step(Map.of(
                                "subject", "Hello {{firstName", "body", "{{#a}}never closed", "condition", "opened")),
                        null,
                        step(Map.of("subject", "\u0000", "body", "{{>other}}", "condition", Map.of("a", "\u0000"))),
                        step(Map.of("body", "b".repeat(100_001), "subject", "s".repeat(999)))));
        as(key).body(wrong)
                .post(TEMPLATES)
                .then()
                .statusCode(422)
                .body("code", equalTo("validation_failed"))
                .body(
                        "errors.pointer",
                        containsInAnyOrder(
                                "/name",
                                "/steps/0/channel",
                                "/steps/0/delay",
                                "/steps/1/subject",
                                "/steps/1/delay",
                                "/steps/2/subject",
                                "/steps/2/body",
                                "/steps/2/delay",
                                "/steps/3/subject",
                                "/steps/3/body",
                                "/steps/3/condition",
                                "/steps/4",
                                "/steps/5/subject",
                                "/steps/5/body",
                                "/steps/5/condition",
                                "/steps/5/condition/if",
                                "/steps/6/body",
                                "/steps/6/subject"));
    }

    /** A slip would skip a step silently. */
    @Test
    void refusesConditionsThatAreNotUnderstood() {
        var key = TestKeys.issue();
        Map<Object, String> wrong = new HashMap<>();
        wrong.put(Map.of("if", "openned"), "/if");
        wrong.put(Map.of("step", 1), "/if");
        wrong.put(Map.of("if", "opened", "step", 2), "/step");
        wrong.put(Map.of("if", "opened", "step", 0), "/step");
        wrong.put(Map.of("if", "opened", "step", "1"), "/step");
        wrong.put(Map.of("if", "opened", "stepp", 1), "");
        wrong.put(Map.of("all", List.of()), "");
        wrong.put(Map.of("all", List.of(Map.of("if", "opened")), "if", "opened"), "");
        wrong.put(Map.of("any", List.of(Map.of("if", "opened"), Map.of("if", "x"))), "/any/1/if");
        wrong.put(
                Map.of("all", List.of(Map.of("all", List.of(Map.of("all", List.of(Map.of("if", "opened"))))))),
                "/all/0/all/0");
        wrong.forEach((condition, where) -> as(key).body(
                        template("Steps", List.of(step(Map.of()), step(Map.of("condition", condition)))))
                .post(TEMPLATES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/steps/1/condition" + where)));
        as(key).body(template("Steps", List.of(step(Map.of("condition", Map.of("if", "opened"))))))
                .post(TEMPLATES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/steps/0/condition"));
    }

    @Test
    void takesVariantsInsteadOfSubjectAndBody() {
        var key = TestKeys.issue();
        Map<String, Object> a = Map.of("name", "A", "weight", 30, "subject", "One", "body", "B");
        Map<String, Object> b = Map.of("name", "B", "subject", "Two", "body", "B");
        String id = as(key).body(template("Test", List.of(varied(a, b))))
                .post(TEMPLATES)
                .then()
                .statusCode(201)
                .body("data.steps[0].variants.name", contains("A", "B"))
                .body("data.steps[0].variants.weight", contains(30, 1))
                .body("data.steps[0].body", nullValue())
                .extract()
                .path("data.id");
        as(key).get(TEMPLATES + "/" + id).then().body("data.steps[0].variants.subject", contains("One", "Two"));

        as(key).body(template(
                        "Wrong",
                        List.of(
                                varied(a),
                                varied(a, a),
                                varied(Map.of("name", "A", "weight", 0, "subject", "s", "body", "b"), zero()),
                                varied(a, Map.of("name", "B", "weight", -1, "subject", "{{x", "body", " ")),
                                step(Map.of("variants", List.of(a, b))))))
                .post(TEMPLATES)
                .then()
                .statusCode(422)
                .body(
                        "errors.pointer",
                        containsInAnyOrder(
                                "/steps/0/variants",
                                "/steps/1/variants/1/name",
                                "/steps/2/variants",
                                "/steps/3/variants/1/weight",
                                "/steps/3/variants/1/subject",
                                "/steps/3/variants/1/body",
                                "/steps/4/variants"));
    }

    private static Map<String, Object> zero() {
        return Map.of("name", "B", "weight", 0, "subject", "s", "body", "b");
    }

    private static Map<String, Object> varied(Object... variants) {
        return Map.of("channel", "email", "variants", List.of(variants));
    }

    @Test
    void refusesNoStepsTooManyAndTooLargeOnes() {
        var key = TestKeys.issue();
        List<Object> large = Collections.nCopies(8, step(Map.of("body", "b".repeat(99_000))));
        for (List<?> steps : List.of(List.of(), Collections.nCopies(51, step(Map.of())), large)) {
            as(key).body(template("Steps", steps))
                    .post(TEMPLATES)
                    .then()
                    .statusCode(422)
                    .body("errors.pointer", contains("/steps"));
        }
        as(key).body("{\"name\":\"x\"}")
                .post(TEMPLATES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/steps"));
        as(key).body(template("Fifty", Collections.nCopies(50, step(Map.of()))))
                .post(TEMPLATES)
                .then()
                .statusCode(201);
    }

    @Test
    void keepsHtmlAndWhatIsToBeTracked() {
        var key = TestKeys.issue();
        as(key).body(template(
                        "Html",
                        List.of(
                                step(Map.of(
                                        "html",
                                        "<p>{{firstName|there}}</p>",
                                        "tracking",
                                        Map.of("opens", false, "clicks", true))),
                                step(Map.of()))))
                .post(TEMPLATES)
                .then()
                .statusCode(201)
                .body("data.steps[0].html", equalTo("<p>{{firstName|there}}</p>"))
                .body("data.steps[0].tracking.opens", equalTo(false))
                .body("data.steps[0].tracking.clicks", equalTo(true))
                .body("data.steps[1].html", nullValue())
                .body("data.steps[1].tracking", nullValue());
        as(key).body(template(
                        "Broken",
                        List.of(
                                step(Map.of("html", "<p>{{firstName</p>")),
                                step(Map.of("html", "x".repeat(100_001))),
                                step(Map.of("channel", "sms", "html", "<p>")))))
                .post(TEMPLATES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/steps/0/html", "/steps/1/html", "/steps/2/html"));
    }

    @Test
    void survivesSectionsNestedWithoutEnd() {
        var key = TestKeys.issue();
        String nested = "{{#a}}".repeat(8000) + "{{/a}}".repeat(8000);
        as(key).body(template("Deep", List.of(step(Map.of("body", nested)))))
                .post(TEMPLATES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/steps/0/body"));
    }

    @Test
    void saysWhereJsonHasTheWrongShape() {
        var key = TestKeys.issue();
        as(key).body("{\"name\":\"x\",\"steps\":[{\"channel\":\"email\",\"subject\":{}}]}")
                .post(TEMPLATES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/steps/0/subject"));
        as(key).post(TEMPLATES).then().statusCode(400).body("code", equalTo("malformed_request"));
    }

    @Test
    void replacesOnlyTheVersionTheClientHasSeen() {
        var key = TestKeys.issue();
        String path = TEMPLATES + "/" + aTemplate(key);
        String tag = as(key).get(path).header("ETag");
        as(key).header("If-None-Match", tag).get(path).then().statusCode(304);

        as(key).header("If-Match", tag)
                .body(template("Second", List.of(step(Map.of()))))
                .put(path)
                .then()
                .statusCode(200)
                .body("data.version", equalTo(2))
                .body("data.name", equalTo("Second"))
                .body("data.steps.size()", equalTo(1));
        as(key).header("If-Match", tag)
                .body(template("Third"))
                .put(path)
                .then()
                .statusCode(412)
                .body("code", equalTo("precondition_failed"));
        as(key).header("If-None-Match", tag)
                .get(path)
                .then()
                .statusCode(200)
                .body("data.name", equalTo("Second"))
                .body("data.steps.size()", equalTo(1));
        as(key).body(template("Fourth")).put(path).then().statusCode(200).body("data.version", equalTo(3));
    }

    @Test
    void hidesADeletedTemplateAndLetsItsInstancesLive() {
        var key = TestKeys.issue();
        String instance = Campaigns.anInstance(key);
        String id = as(key).get(Campaigns.INSTANCES + "/" + instance).path("data.templateId");
        as(key).get(TEMPLATES).then().body("data.id", hasItem(id)).body("data[0].stepCount", equalTo(2));

        as(key).delete(TEMPLATES + "/" + id).then().statusCode(204);

        as(key).get(TEMPLATES).then().statusCode(200).body("data.id", not(hasItem(id)));
        as(key).get(TEMPLATES + "/" + id).then().statusCode(404);
        as(key).delete(TEMPLATES + "/" + id).then().statusCode(404);
        as(key).body(template("x")).put(TEMPLATES + "/" + id).then().statusCode(404);
        as(key).body(Campaigns.instance("late", id))
                .post(Campaigns.INSTANCES)
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/templateId"));
        as(key).get(Campaigns.INSTANCES + "/" + instance)
                .then()
                .statusCode(200)
                .body("data.templateId", equalTo(id))
                .body("data.steps.size()", equalTo(2));
    }

    @Test
    void listsNewestFirst() {
        var key = TestKeys.issue();
        String first = aTemplate(key);
        String second = aTemplate(key);
        as(key).get(TEMPLATES).then().body("data.id", contains(second, first));
    }
}
