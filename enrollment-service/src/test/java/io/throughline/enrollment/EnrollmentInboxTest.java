package io.throughline.enrollment;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.InboxSuite;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class EnrollmentInboxTest extends InboxSuite {}
