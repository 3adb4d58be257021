package io.throughline.enrollment;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.OutboxSuite;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class EnrollmentOutboxTest extends OutboxSuite {}
