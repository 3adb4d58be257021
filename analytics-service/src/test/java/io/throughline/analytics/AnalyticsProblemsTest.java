package io.throughline.analytics;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.ProblemsSuite;
import io.throughline.platform.time.Ids;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class AnalyticsProblemsTest extends ProblemsSuite {

    @Override
    protected String resource() {
        return Performance.path(CampaignStub.everybodys(Ids.next()));
    }

    @Override
    protected String creation() {
        return "/api/events";
    }
}
