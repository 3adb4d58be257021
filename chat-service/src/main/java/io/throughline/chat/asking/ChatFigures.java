package io.throughline.chat.asking;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.throughline.chat.asking.Answerer.Tokens;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.TreeMap;

/** Questions, tokens and money since this replica started, in the monitor and as metrics. */
@Singleton
class ChatFigures implements MonitorSection {

    private final Answerers answerers;
    private final Turns turns;
    private final Counter answered;
    private final Counter failed;
    private final Counter cancelled;
    private final Counter inputTokens;
    private final Counter outputTokens;
    private final Counter dollars;

    ChatFigures(Answerers answerers, Turns turns, MeterRegistry meters) {
        this.answerers = answerers;
        this.turns = turns;
        this.answered = meters.counter("chat.requests", "outcome", "answered");
        this.failed = meters.counter("chat.requests", "outcome", "failed");
        this.cancelled = meters.counter("chat.requests", "outcome", "cancelled");
        this.inputTokens = meters.counter("chat.tokens", "direction", "input");
        this.outputTokens = meters.counter("chat.tokens", "direction", "output");
        this.dollars = meters.counter("chat.cost.dollars");
        meters.gauge("chat.turns.under.way", turns, Turns::underWay);
    }

    void answered(Tokens spent) {
        count(answered, spent);
    }

    void failed(Tokens spent) {
        count(failed, spent);
    }

    void cancelled(Tokens spent) {
        count(cancelled, spent);
    }

    private void count(Counter outcome, Tokens spent) {
        outcome.increment();
        inputTokens.increment(spent.inputTokens());
        outputTokens.increment(spent.outputTokens());
        dollars.increment(spent.costMicros() / 1e6);
    }

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public Map<String, Object> figures() {
        return new TreeMap<>(Map.of(
                "model", answerers.usual().model(),
                "requests", (long) (answered.count() + failed.count() + cancelled.count()),
                "failed", (long) failed.count(),
                "cancelled", (long) cancelled.count(),
                "underWay", turns.underWay(),
                "inputTokens", (long) inputTokens.count(),
                "outputTokens", (long) outputTokens.count(),
                "costDollars", dollars.count()));
    }
}
