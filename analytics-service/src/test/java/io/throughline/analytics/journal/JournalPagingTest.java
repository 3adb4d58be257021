package io.throughline.analytics.journal;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class JournalPagingTest extends PagingSuite {

    @Inject
    Sql sql;

    private final Map<UUID, UUID> instances = new HashMap<>();

    @Override
    protected String list(TestKey key) {
        return Performance.path(instances.get(key.tenantId())) + "/events";
    }

    /** Of several types, as a page without a type merges them. */
    @Override
    protected List<String> create(TestKey key, int rows) {
        UUID instance = CampaignStub.owns(key.apiKey(), Ids.next());
        instances.put(key.tenantId(), instance);
        Accepted accepted = new Accepted(sql, key.tenantId(), instance);
        return IntStream.range(0, rows)
                .mapToObj(i -> accepted.add(
                        Ids.next(), List.of("sent", "opened", "clicked").get(i % 3) + " 1 email 2026-11-05T10:00:00Z"))
                .toList();
    }
}
