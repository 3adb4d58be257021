package io.throughline.analytics;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TenancySuite;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class AnalyticsTenancyTest extends TenancySuite {

    @Override
    protected Map<String, String> pathsOf(TestKey owner) {
        UUID instance = CampaignStub.owns(owner.apiKey(), Ids.next());
        Performance.get(owner.apiKey(), instance, "").then().statusCode(200);
        String template = "/api/campaigns/instances/{id}/performance";
        return Stream.of("", ".csv", "/stream", "/events")
                .collect(Collectors.toMap(each -> template + each, each -> Performance.path(instance) + each));
    }
}
