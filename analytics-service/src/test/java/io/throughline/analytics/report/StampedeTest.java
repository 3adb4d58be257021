package io.throughline.analytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class StampedeTest {

    @Inject
    DataSource database;

    @Inject
    ReportCache cache;

    @Inject
    ReadReport reports;

    @Test
    void computesOnceForAllWhoAskAtOnce() throws Exception {
        TestKey key = TestKeys.issue();
        UUID instance = CampaignStub.owns(key.apiKey(), Ids.next());
        Performance.get(key.apiKey(), instance, "?days=1").then().statusCode(200);
        long before = (Long) reports.figures().get("computed");

        ParallelReads.Outcome outcome = ParallelReads.of(database, cache, key.apiKey(), instance);

        assertThat(outcome.computing()).isEqualTo(1);
        assertThat(outcome.answers()).extracting(Response::statusCode).containsOnly(200);
        assertThat(outcome.answers())
                .extracting(answer -> answer.path("data.asOf").toString())
                .containsOnly(outcome.answers().getFirst().path("data.asOf").toString());
        assertThat(reports.figures()).containsEntry("computed", before + 1).containsEntry("underway", 0);
    }
}
