package io.throughline.chat.conversation;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.ProblemsSuite;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(SuiteStub.class)
class ChatProblemsTest extends ProblemsSuite {

    /** One that takes GET only. */
    @Override
    protected String resource() {
        return "/api/chat/budget";
    }

    @Override
    protected String creation() {
        return "/api/chat";
    }
}
