package io.throughline.enrollment.suppression;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class SuppressionPagingTest extends PagingSuite {

    @Inject
    Sql sql;

    @Override
    protected String list(TestKey key) {
        return "/api/suppressions";
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        return sql.list("""
                        INSERT INTO suppression (tenant_id, address_hash, reason)
                        SELECT ?, sha256(n::text::bytea), 'manual' FROM generate_series(1, ?) AS n RETURNING id
                        """, row -> row.uuid("id"), key.tenantId(), rows).stream()
                .map(UUID::toString)
                .toList();
    }
}
