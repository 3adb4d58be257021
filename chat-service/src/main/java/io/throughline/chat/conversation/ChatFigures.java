package io.throughline.chat.conversation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.throughline.chat.conversation.Answerer.Answer;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Questions and tokens since this replica started, in the monitor and as metrics. */
@Singleton
class ChatFigures implements MonitorSection {

    private final Answerer answerer;
    private final Counter answered;
    private final Counter failed;
    private final Counter cancelled;
    private final Counter inputTokens;
    private final Counter outputTokens;

    ChatFigures(Answerer answerer, MeterRegistry meters) {
        this.answerer = answerer;
        this.answered = meters.counter("chat.requests", "outcome", "answered");
        this.failed = meters.counter("chat.requests", "outcome", "failed");
        this.cancelled = meters.counter("chat.requests", "outcome", "cancelled");
        this.inputTokens = meters.counter("chat.tokens", "direction", "input");
        this.outputTokens = meters.counter("chat.tokens", "direction", "output");
    }

    Answer count(Supplier<Answer> asking) {
        try {
            Answer answer = asking.get();
            answered.increment();
            inputTokens.increment(answer.usage().inputTokens());
            outputTokens.increment(answer.usage().outputTokens());
            return answer;
        } catch (RuntimeException e) {
            boolean unread =
                    e instanceof CancellationException || Thread.currentThread().isInterrupted();
            (unread ? cancelled : failed).increment();
            throw e;
        }
    }

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public Map<String, Object> figures() {
        return Map.of(
                "model", answerer.model(),
                "requests", (long) (answered.count() + failed.count() + cancelled.count()),
                "failed", (long) failed.count(),
                "cancelled", (long) cancelled.count(),
                "inputTokens", (long) inputTokens.count(),
                "outputTokens", (long) outputTokens.count());
    }
}
