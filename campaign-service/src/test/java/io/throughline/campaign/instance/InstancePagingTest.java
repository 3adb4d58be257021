package io.throughline.campaign.instance;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.campaign.Campaigns;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.List;
import java.util.stream.IntStream;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class InstancePagingTest extends PagingSuite {

    @Override
    protected String list(TestKey key) {
        return Campaigns.INSTANCES;
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        return IntStream.range(0, rows).mapToObj(i -> Campaigns.anInstance(key)).toList();
    }
}
