package io.throughline.enrollment.enrolling;

import static io.throughline.enrollment.Campaigns.anInstance;

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
class EnrollmentPagingTest extends PagingSuite {

    private UUID instance;

    @Override
    protected String list(TestKey key) {
        return People.enrollments(instance(key));
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        UUID enrolledIn = instance(key);
        return People.contacts(key.tenantId(), rows).stream()
                .map(contact -> People.enroll(key, enrolledIn, contact).toString())
                .toList();
    }

    private UUID instance(TestKey key) {
        if (instance == null) {
            instance = anInstance(key.tenantId()).steps(1).published();
        }
        return instance;
    }
}
