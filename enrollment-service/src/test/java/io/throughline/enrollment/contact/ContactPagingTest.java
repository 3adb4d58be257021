package io.throughline.enrollment.contact;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.List;
import java.util.UUID;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class ContactPagingTest extends PagingSuite {

    @Override
    protected String list(TestKey key) {
        return "/api/contacts";
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        return People.contacts(key.tenantId(), rows).stream()
                .map(UUID::toString)
                .toList();
    }
}
