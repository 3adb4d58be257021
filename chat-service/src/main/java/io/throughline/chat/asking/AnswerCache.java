package io.throughline.chat.asking;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.throughline.chat.asking.Answerer.Answer;
import io.throughline.chat.tool.Read;
import io.throughline.chat.tool.SuiteReads;
import io.throughline.chat.tool.Visit;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers for the next one who asks the same. An answer is kept with the fingerprints of what it rests on, and given out
 * only after looking with the caller's own key that these are still the same; so nobody is told what they could not see,
 * and no figure is older than the question. In this replica's memory and, for the others, in Redis; without it each
 * replica keeps its own.
 */
@Singleton
class AnswerCache implements MonitorSection {

    /** Looking at more than this again takes as long as answering. */
    private static final int MOST_READS = 8;

    private final SuiteReads suite;
    private final Clock clock;
    private final AskingSettings.Cache settings;
    private final SharedAnswers shared;
    private final Cache<String, Kept> own;
    private final Counter hits;
    private final Counter misses;

    AnswerCache(SuiteReads suite, SharedAnswers shared, AskingSettings settings, Clock clock, MeterRegistry meters) {
        this.suite = suite;
        this.shared = shared;
        this.clock = clock;
        this.settings = settings.cache();
        this.hits = meters.counter("chat.cache", "outcome", "hit");
        this.misses = meters.counter("chat.cache", "outcome", "miss");
        this.own = Caffeine.newBuilder()
                .maximumWeight(this.settings.characters())
                .weigher((String key, Kept kept) -> kept.text().length() + 500)
                .expireAfterWrite(this.settings.kept())
                .build();
    }

    /** @param until by the clock; the data may outdate it before */
    record Kept(String text, String model, List<Read> reads, Instant until) {}

    boolean enabled() {
        return settings.enabled();
    }

    /** Counts a hit or a miss. */
    Optional<Kept> find(String key, Visit visit) {
        Optional<Kept> found = look(key, visit);
        (found.isPresent() ? hits : misses).increment();
        return found;
    }

    private Optional<Kept> look(String key, Visit visit) {
        Kept kept = own.getIfPresent(key);
        if (kept == null) {
            kept = shared.find(key, visit.caller().tenantId()).orElse(null);
        }
        if (kept == null || !kept.until().isAfter(clock.instant())) {
            return Optional.empty();
        }
        if (!suite.unchanged(kept.reads(), visit)) {
            own.invalidate(key);
            return Optional.empty();
        }
        own.put(key, kept);
        return Optional.of(kept);
    }

    /** One more waited for the same answer and got it. */
    void hitByWaiting() {
        hits.increment();
    }

    /** Nothing when the answer is this caller's alone. */
    Optional<Kept> keep(String key, Answer answer, Visit visit) {
        if (!answer.whole() || !visit.repeatable() || visit.reads().size() > MOST_READS) {
            return Optional.empty();
        }
        boolean passing = visit.reads().stream().anyMatch(Read::passing);
        Duration good = passing ? settings.keptPassing() : settings.kept();
        Kept kept = new Kept(
                answer.text(), answer.model(), visit.reads(), clock.instant().plus(good));
        own.put(key, kept);
        shared.keep(key, visit.caller().tenantId(), kept, good);
        return Optional.of(kept);
    }

    @Override
    public String name() {
        return "answer-cache";
    }

    @Override
    public Map<String, Object> figures() {
        double asked = hits.count() + misses.count();
        return Map.of(
                "hits",
                (long) hits.count(),
                "misses",
                (long) misses.count(),
                "ratio",
                asked == 0 ? 0.0 : hits.count() / asked,
                "kept",
                own.estimatedSize(),
                "shared",
                shared.available());
    }
}
