package io.throughline.analytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.RedisServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class RedisDownTest {

    @Inject
    DataSource database;

    @Inject
    ReportCache cache;

    private TestKey key;
    private UUID instance;

    @BeforeEach
    void anInstance() {
        key = TestKeys.issue();
        instance = CampaignStub.owns(key.apiKey(), Ids.next());
        // What an earlier test made of Redis is forgotten.
        TestClock.advance(Duration.ofMinutes(1));
    }

    @AfterEach
    void resetClock() {
        TestClock.reset();
    }

    @Test
    void answersWhileRedisIsDownAndCachesWhenItIsBack() throws Exception {
        get().then().statusCode(200).body("cached", is(false));
        get().then().statusCode(200).body("cached", is(true));

        RedisServers.end();
        try {
            get().then().statusCode(200).body("cached", is(false)).body("data.funnel.size()", is(6));
            assertThat(cache.figures()).containsEntry("available", false);
            get().then().statusCode(200).body("cached", is(false));
            TestClock.advance(Duration.ofSeconds(3));
            get().then().statusCode(200).body("cached", is(false));

            ParallelReads.Outcome outcome = ParallelReads.of(database, cache, key.apiKey(), instance);
            assertThat(outcome.computing()).isEqualTo(1);
            assertThat(outcome.answers()).extracting(Response::statusCode).containsOnly(200);
        } finally {
            RedisServers.startAgain();
        }
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            TestClock.advance(Duration.ofSeconds(3));
            get().then().statusCode(200).body("cached", is(true));
        });
        assertThat(cache.figures()).containsEntry("available", true);
    }

    private Response get() {
        return Performance.get(key.apiKey(), instance, "");
    }
}
