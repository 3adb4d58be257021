package io.throughline.platform.test;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class PlatformInboxTest extends InboxSuite {}
