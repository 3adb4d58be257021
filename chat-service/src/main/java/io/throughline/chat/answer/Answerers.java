package io.throughline.chat.answer;

import io.throughline.chat.conversation.Answerer;
import io.throughline.chat.tool.SuiteReads;
import io.throughline.chat.tool.Toolbox;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Claude when there is a key for it, else the offline rules. Neither needs the network to start. */
class Answerers {

    private static final Logger LOG = Logger.getLogger(Answerers.class);

    @Produces
    @Singleton
    Answerer answerer(ModelSettings settings, SuiteReads suite, Toolbox toolbox) {
        if (settings.apiKey().filter(key -> !key.isBlank()).isEmpty()) {
            LOG.info("Answers come from fixed rules; reason=no ANTHROPIC_API_KEY");
            return new OfflineAnswerer(suite);
        }
        LOG.infof("Answers come from a model; model=%s", settings.name());
        return new ClaudeAnswerer(settings, toolbox);
    }

    void close(@Disposes Answerer answerer) {
        if (answerer instanceof ClaudeAnswerer claude) {
            claude.close();
        }
    }
}
