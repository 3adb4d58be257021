package io.throughline.campaign.account;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.IntStream;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class KeyPagingTest extends PagingSuite {

    @Inject
    Sql sql;

    @Override
    protected String list(TestKey key) {
        return "/api/account/keys";
    }

    @Override
    protected String idField() {
        return "keyId";
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        return IntStream.range(0, rows).mapToObj(i -> Accounts.aKey(sql, key)).toList();
    }
}
