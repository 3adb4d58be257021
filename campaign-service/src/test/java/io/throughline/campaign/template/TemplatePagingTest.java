package io.throughline.campaign.template;

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
class TemplatePagingTest extends PagingSuite {

    @Override
    protected String list(TestKey key) {
        return Campaigns.TEMPLATES;
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        return IntStream.range(0, rows).mapToObj(i -> Campaigns.aTemplate(key)).toList();
    }
}
