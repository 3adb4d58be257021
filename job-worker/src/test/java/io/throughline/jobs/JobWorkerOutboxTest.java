package io.throughline.jobs;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.OutboxSuite;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobWorkerOutboxTest extends OutboxSuite {}
