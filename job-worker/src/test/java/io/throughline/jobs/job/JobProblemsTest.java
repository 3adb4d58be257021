package io.throughline.jobs.job;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.ProblemsSuite;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobProblemsTest extends ProblemsSuite {

    @Override
    protected String resource() {
        return "/api/jobs";
    }
}
