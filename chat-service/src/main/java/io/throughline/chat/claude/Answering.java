package io.throughline.chat.claude;

import io.throughline.chat.asking.Answerers;
import io.throughline.chat.offline.OfflineAnswerer;
import io.throughline.chat.tool.Proposals;
import io.throughline.chat.tool.SuiteReads;
import io.throughline.chat.tool.Toolbox;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Claude when there is a key for it, else the offline rules. Neither needs the network to start. */
class Answering {

    private static final Logger LOG = Logger.getLogger(Answering.class);

    @Produces
    @Singleton
    Answerers answerers(
            ModelSettings settings, SuiteReads suite, Proposals proposals, Toolbox toolbox, ClaudeSection section) {
        if (settings.apiKey().filter(key -> !key.isBlank()).isEmpty()) {
            LOG.info("Answers come from fixed rules; reason=no ANTHROPIC_API_KEY");
            OfflineAnswerer offline = OfflineAnswerer.withoutModel(suite, proposals);
            return new Answerers(offline, offline);
        }
        LOG.infof("Answers come from a model; model=%s", settings.name());
        return new Answerers(
                new ClaudeAnswerer(settings, toolbox, section.slots()),
                OfflineAnswerer.whileModelIsDown(suite, proposals));
    }

    void close(@Disposes Answerers answerers) {
        if (answerers.usual() instanceof ClaudeAnswerer claude) {
            claude.close();
        }
    }
}
