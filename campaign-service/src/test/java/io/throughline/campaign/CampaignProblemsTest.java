package io.throughline.campaign;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.ProblemsSuite;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class CampaignProblemsTest extends ProblemsSuite {

    @Override
    protected String resource() {
        return Campaigns.INSTANCES;
    }
}
