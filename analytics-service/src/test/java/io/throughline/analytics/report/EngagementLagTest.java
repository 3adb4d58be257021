package io.throughline.analytics.report;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Published;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class EngagementLagTest {

    @Inject
    DataSource database;

    private TestKey key;
    private UUID instance;

    @BeforeEach
    void anInstance() {
        TestClock.reset();
        key = TestKeys.issue();
        instance = CampaignStub.owns(key.apiKey(), Ids.next());
    }

    @AfterEach
    void resetClock() {
        TestClock.reset();
    }

    private ValidatableResponse get() {
        return Performance.get(key.apiKey(), instance, "").then().statusCode(200);
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(assertion);
    }

    @Test
    void saysHowOldTheOldestEventIsThatIsNotCounted() throws Exception {
        eventually(() -> get().body("lag.behindSeconds", is(0)));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                // Nothing can be counted while this is held.
                statement.execute("LOCK TABLE daily_tally IN EXCLUSIVE MODE");
                String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
                TestEvents.publish(
                        List.of(new Published(key, instance).engagement(Ids.next(), "email", "sent 1 " + when)));
                TestClock.advance(Duration.ofHours(1));
                eventually(() -> {
                    statement.execute("SELECT 1");
                    get().body("lag.behindSeconds", allOf(greaterThanOrEqualTo(3600), lessThan(3700)));
                });
            } finally {
                connection.rollback();
            }
        }
        eventually(() -> get().body("lag.behindSeconds", is(0)).body("data.events.total", is(List.of(1))));
    }
}
