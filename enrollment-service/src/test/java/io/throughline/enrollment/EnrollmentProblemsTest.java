package io.throughline.enrollment;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.ProblemsSuite;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class EnrollmentProblemsTest extends ProblemsSuite {

    @Override
    protected String resource() {
        return "/api/contacts";
    }
}
