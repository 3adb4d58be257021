package io.throughline.chat.asking;

import io.throughline.chat.asking.AnswerCache.Kept;
import io.throughline.chat.asking.Answerer.Answer;
import io.throughline.chat.asking.Answerer.Question;
import io.throughline.chat.asking.Answerer.Tokens;
import io.throughline.chat.asking.Turn.Reply;
import io.throughline.chat.asking.Turn.Usage;
import io.throughline.chat.budget.Budgets.Admission;
import io.throughline.chat.conversation.TurnStore;
import io.throughline.chat.conversation.Window;
import io.throughline.chat.tool.Visit;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * Answers one question: from the cache or by asking, then question and reply are stored together. No database connection
 * is held while the answerer thinks.
 */
@Singleton
class AskQuestion {

    private static final Logger LOG = Logger.getLogger(AskQuestion.class);

    private final TurnStore store;
    private final Answerers answerers;
    private final AnswerCache cache;
    private final Flights flights = new Flights();

    AskQuestion(TurnStore store, Answerers answerers, AnswerCache cache) {
        this.store = store;
        this.answerers = answerers;
        this.cache = cache;
    }

    /** @param conversation its id, known or new; @param first whether this is its first turn */
    record Asked(String message, UUID conversation, boolean first, Window window, Visit visit, boolean standIn) {}

    private record Found(String text, String model, boolean cached) {}

    /** The calling thread is the turn's; interrupting it cancels. */
    void answer(Turn turn, Asked asked, Admission admission) {
        Found found = find(turn, asked);
        if (asked.visit().action() != null) {
            turn.action(asked.visit().action());
        }
        turn.keeping();
        turn.done(keep(turn, asked, found, admission));
        LOG.infof(
                "Question answered; conversation=%s model=%s cached=%s inputTokens=%d outputTokens=%d costMicros=%d",
                asked.conversation(),
                found.model(),
                found.cached(),
                turn.spent().inputTokens(),
                turn.spent().outputTokens(),
                turn.spent().costMicros());
    }

    private Found find(Turn turn, Asked asked) {
        Question question = new Question(
                asked.message(), asked.window().earlier(), asked.window().said(), asked.visit());
        if (!cache.enabled()) {
            return ask(turn, question, asked).found();
        }
        String key = QuestionKey.of(question, answerers.usual());
        AtomicReference<Found> own = new AtomicReference<>();
        try {
            Optional<Flights.Waited> waited = flights.join(key, () -> findOrAsk(turn, question, asked, key, own));
            return waited.map(other -> other.kept()
                            .map(kept -> {
                                cache.hitByWaiting();
                                return told(turn, kept);
                            })
                            .orElseGet(() -> ask(turn, question, asked).found()))
                    .orElseGet(own::get);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("cancelled while another one asked the same");
        }
    }

    private Optional<Kept> findOrAsk(
            Turn turn, Question question, Asked asked, String key, AtomicReference<Found> own) {
        Optional<Kept> kept = cache.find(key, question.visit());
        if (kept.isPresent()) {
            own.set(told(turn, kept.get()));
            return kept;
        }
        Asking asking = ask(turn, question, asked);
        own.set(asking.found());
        return asking.byUsual() ? cache.keep(key, asking.answer(), question.visit()) : Optional.empty();
    }

    private static Found told(Turn turn, Kept kept) {
        turn.token(kept.text());
        return new Found(kept.text(), kept.model(), true);
    }

    private record Asking(Answer answer, boolean byUsual) {
        Found found() {
            return new Found(answer.text(), answer.model(), false);
        }
    }

    private Asking ask(Turn turn, Question question, Asked asked) {
        try {
            return new Asking(answerers.usual().answer(question, turn), true);
        } catch (Problem down) {
            if (!asked.standIn() || down.error() != ChatErrors.MODEL_UNAVAILABLE || turn.isCancelled()) {
                throw down;
            }
            LOG.infof("Stand-in answers; reason=%s", down.getMessage());
            if (!turn.text().isEmpty()) {
                turn.token("\n\n");
            }
            Answer answer = answerers.standIn().answer(question, turn);
            // What the model had said before it broke off was read already and stays.
            return new Asking(new Answer(turn.text(), answer.model(), answer.whole()), false);
        }
    }

    private Reply keep(Turn turn, Asked asked, Found found, Admission admission) {
        Tokens spent = turn.spent();
        TurnStore.Turn stored = new TurnStore.Turn(
                asked.visit().caller(),
                asked.conversation(),
                asked.window(),
                asked.message(),
                new TurnStore.Reply(
                        turn.messageId(),
                        found.text(),
                        found.model(),
                        spent.inputTokens(),
                        spent.outputTokens(),
                        spent.costMicros(),
                        found.cached()));
        if (asked.first()) {
            store.begin(stored);
        } else if (!store.proceed(stored)) {
            throw Problem.notFound("conversation", asked.conversation());
        }
        return new Reply(
                found.text(),
                asked.conversation(),
                turn.messageId(),
                found.model(),
                found.cached(),
                Usage.of(spent),
                asked.visit().action() == null
                        ? List.of()
                        : List.of(asked.visit().action()),
                admission.after(spent.inputTokens() + spent.outputTokens(), spent.costMicros()));
    }
}
