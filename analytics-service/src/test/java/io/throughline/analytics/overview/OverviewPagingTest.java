package io.throughline.analytics.overview;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class OverviewPagingTest extends PagingSuite {

    @Override
    protected String list(TestKey key) {
        return "/api/analytics/overview";
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        return IntStream.range(0, rows).mapToObj(i -> known(key).toString()).toList();
    }

    private static UUID known(TestKey key) {
        UUID instance = CampaignStub.owns(key.apiKey(), Ids.next());
        Performance.get(key.apiKey(), instance, "").then().statusCode(200);
        return instance;
    }

    @Override
    protected String idField() {
        return "instanceId";
    }
}
