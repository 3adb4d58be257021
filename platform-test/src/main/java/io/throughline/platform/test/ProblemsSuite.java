package io.throughline.platform.test;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import io.restassured.response.ValidatableResponse;
import io.throughline.platform.time.Ids;
import org.junit.jupiter.api.Test;

/** What every service answers when a request is wrong: a problem that says which field, which code, which request. */
public abstract class ProblemsSuite {

    /** A path under {@code /api} that takes a JSON body by POST and answers GET. */
    protected abstract String resource();

    /** Where to POST, for a service that lists and creates at different paths. */
    protected String creation() {
        return resource();
    }

    @Test
    void asksForAnApiKey() {
        problem(given().get(resource()).then(), 401, "unauthenticated");
        problem(given().header("X-API-Key", "tlk_wrong").get(resource()).then(), 401, "unauthenticated");
    }

    @Test
    void refusesToWriteWithAReadingKey() {
        var key = TestKeys.issue(Ids.next(), "read");
        problem(
                given().header("X-API-Key", key.apiKey())
                        .contentType("application/json")
                        .body("{}")
                        .post(creation())
                        .then(),
                403,
                "insufficient_scope");
    }

    @Test
    void saysWhatIsWrongWithABodyThatIsNotJson() {
        var key = TestKeys.issue();
        problem(
                given().header("X-API-Key", key.apiKey())
                        .contentType("application/json")
                        .body("{\"name\":")
                        .post(creation())
                        .then(),
                400,
                "malformed_request");
        problem(
                given().header("X-API-Key", key.apiKey())
                        .contentType("application/xml")
                        .body("<name/>")
                        .post(creation())
                        .then(),
                415,
                "unsupported_media_type");
    }

    @Test
    void answersUnknownPathsAndMethodsWithProblems() {
        var key = TestKeys.issue();
        problem(
                given().header("X-API-Key", key.apiKey())
                        .get("/api/there-is-no-such-path")
                        .then(),
                404,
                "not_found");
        problem(given().header("X-API-Key", key.apiKey()).delete(resource()).then(), 405, "method_not_allowed");
    }

    @Test
    void echoesASaneRequestIdAndReplacesAnyOther() {
        var key = TestKeys.issue();
        given().header("X-API-Key", key.apiKey())
                .header("X-Request-Id", "my-request-1")
                .get(resource())
                .then()
                .statusCode(200)
                .header("X-Request-Id", equalTo("my-request-1"));
        String replaced = given().header("X-API-Key", key.apiKey())
                .header("X-Request-Id", "not sane <script>")
                .get(resource())
                .header("X-Request-Id");
        assertThat(replaced).doesNotContain("script").isNotBlank();
    }

    private static void problem(ValidatableResponse answer, int status, String code) {
        answer.statusCode(status)
                .contentType("application/problem+json")
                .header("X-Request-Id", notNullValue())
                .body("success", is(false))
                .body("code", equalTo(code))
                .body("status", equalTo(status))
                .body("title", notNullValue())
                .body("detail", notNullValue())
                .body("instance", notNullValue())
                .body("requestId", notNullValue());
    }
}
