package io.throughline.campaign;

import static io.restassured.RestAssured.given;

import io.restassured.specification.RequestSpecification;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Templates and instances as a client makes them. */
public final class Campaigns {

    public static final String TEMPLATES = "/api/campaigns/templates";
    public static final String INSTANCES = "/api/campaigns/instances";
    public static final String SENDER = "Ann <ann@example.com>";

    private Campaigns() {}

    public static RequestSpecification as(TestKey key) {
        return as(key.apiKey());
    }

    public static RequestSpecification as(String apiKey) {
        return given().header("X-API-Key", apiKey).contentType("application/json");
    }

    /** An email step; the changes replace its fields. */
    public static Map<String, Object> step(Map<String, Object> changes) {
        Map<String, Object> step = new HashMap<>(
                Map.of("channel", "email", "delay", "PT0S", "subject", "Hello {{firstName}}", "body", "How are you?"));
        step.putAll(changes);
        return step;
    }

    public static Map<String, Object> template(String name, List<?> steps) {
        return Map.of("name", name, "steps", steps);
    }

    public static Map<String, Object> template(String name) {
        return template(name, List.of(step(Map.of()), step(Map.of("delay", "P3D", "subject", "Again"))));
    }

    public static Map<String, Object> instance(String name, String templateId) {
        return Map.of("name", name, "templateId", templateId, "sender", SENDER);
    }

    /** Id of a stored template with two steps. */
    public static String aTemplate(TestKey key) {
        return created(key, TEMPLATES, template("Welcome"));
    }

    /** Id of a stored draft. */
    public static String anInstance(TestKey key) {
        return created(key, INSTANCES, instance("Spring", aTemplate(key)));
    }

    public static String anActiveInstance(TestKey key) {
        String id = anInstance(key);
        as(key).post(INSTANCES + "/" + id + "/activate").then().statusCode(200);
        return id;
    }

    public static String created(TestKey key, String path, Map<String, Object> body) {
        return as(key).body(body).post(path).then().statusCode(201).extract().path("data.id");
    }
}
