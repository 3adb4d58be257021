package io.throughline.jobs.enrichment;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.jobs.outside.Answer;
import io.throughline.jobs.outside.Ask;
import io.throughline.jobs.outside.OutsideFailure;
import io.throughline.jobs.outside.Provider;
import io.throughline.jobs.outside.Providers;
import io.throughline.jobs.queue.JobFailure;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import io.throughline.platform.events.Json;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A job's question to a provider, and what becomes of the job when there is no answer. */
@Singleton
class AskProvider {

    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    private final Providers providers;
    private final Json json;

    AskProvider(Providers providers, Json json) {
        this.providers = providers;
        this.json = json;
    }

    /** @param then told the answer, or that the provider knows nothing, in a run that may have ended meanwhile */
    Outcome ask(Work<?> work, String name, Map<String, String> parameters, Function<Optional<JsonNode>, Outcome> then)
            throws InterruptedException {
        Provider provider = providers
                .named(name)
                .orElseThrow(() -> JobFailure.permanent(
                        "not_configured", "No provider is set: throughline.outside." + name + ".url"));
        Answer answer;
        try {
            answer = provider.call(
                    new Ask(parameters, work.jobId().toString(), work.jobId() + "/" + work.fence()), work::pause);
        } catch (OutsideFailure failure) {
            return switch (failure) {
                case OutsideFailure.Later later ->
                    work.detach(later.after().compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : later.after());
                case OutsideFailure.Unavailable unavailable ->
                    throw JobFailure.passing("provider_unavailable", unavailable.getMessage());
                case OutsideFailure.Refused refused ->
                    throw JobFailure.permanent("provider_refused", refused.getMessage());
            };
        }
        return then.apply(answer.found() ? Optional.of(read(answer)) : Optional.empty());
    }

    /** What can't be read is for good: asking again may cost again. */
    private JsonNode read(Answer answer) {
        try {
            JsonNode read = json.tree(answer.body());
            if (read != null && read.isContainerNode()) {
                return read;
            }
        } catch (UncheckedIOException e) {
            // Its message would quote the answer.
        }
        throw JobFailure.permanent("unreadable_answer", "The provider's answer is not a JSON object.");
    }
}
