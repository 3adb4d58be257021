package io.throughline.jobs.enrichment;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@TestProfile(NotConfiguredTest.NoProviders.class)
class NotConfiguredTest {

    /** Set but empty, as a deployment does that has none. */
    public static class NoProviders implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("throughline.outside.enrich.url", "", "throughline.outside.discover.url", "");
        }
    }

    @Test
    void saysWhichSettingIsMissing() {
        String apiKey = TestKeys.issue().apiKey();
        for (String type : new String[] {"enrich", "discover"}) {
            String id = given().header("X-API-Key", apiKey)
                    .contentType("application/json")
                    .body(Map.of("type", type, "parameters", Map.of("domain", "x.example")))
                    .post("/api/jobs")
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("data.jobId");
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                JsonPath job = given().header("X-API-Key", apiKey)
                        .get("/api/jobs/" + id)
                        .jsonPath();
                assertThat(job.getString("data.status")).isEqualTo("failed");
                assertThat(job.getInt("data.attempt")).isEqualTo(1);
                assertThat(job.getString("data.error.code")).isEqualTo("not_configured");
                assertThat(job.getString("data.error.message")).contains("throughline.outside." + type + ".url");
            });
        }
    }
}
