package io.throughline.platform.test;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.time.Ids;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class PlatformHttpTest {

    @Test
    void isReadyWhenTheKeysAreRead() {
        given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/health/live").then().statusCode(200);
    }

    @Test
    void showsItsFiguresToWhoeverMayRead() {
        given().get("/internal/monitor").then().statusCode(401).body("code", equalTo("unauthenticated"));
        given().header("X-API-Key", TestKeys.issue(Ids.next(), "write").apiKey())
                .get("/internal/monitor")
                .then()
                .statusCode(403)
                .body("code", equalTo("insufficient_scope"));
        given().header("X-API-Key", TestKeys.issue().apiKey())
                .get("/internal/monitor")
                .then()
                .statusCode(200)
                .body("data", hasKey("pool"))
                .body("data.pool.limit", equalTo(20))
                .body("data.outbox", hasKey("depth"));
    }

    @Test
    void refusesABodyThatIsTooLargeWithAProblem() {
        given().header("X-API-Key", TestKeys.issue().apiKey())
                .body(new byte[4_000_001])
                .post("/internal/monitor")
                .then()
                .statusCode(413)
                .body("code", equalTo("too_large"));
    }
}
