package io.throughline.analytics;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TenancySuite;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.util.Map;
import java.util.UUID;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class AnalyticsTenancyTest extends TenancySuite {

    @Override
    protected Map<String, String> pathsOf(TestKey owner) {
        UUID instance = CampaignStub.owns(owner.apiKey(), Ids.next());
        Performance.get(owner.apiKey(), instance, "").then().statusCode(200);
        return Map.of("/api/campaigns/instances/{id}/performance", Performance.path(instance));
    }
}
