package io.throughline.jobs.job;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.ArrayList;
import java.util.List;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobPagingTest extends PagingSuite {

    @Override
    protected String list(TestKey key) {
        return "/api/jobs";
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            ids.add(JobTenancyTest.aWaitingJob(key));
        }
        return ids;
    }

    @Override
    protected String idField() {
        return "jobId";
    }
}
