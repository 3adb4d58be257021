package io.throughline.chat.asking;

import io.quarkus.runtime.Startup;
import io.throughline.chat.asking.Answerer.Tokens;
import io.throughline.chat.asking.AskQuestion.Asked;
import io.throughline.chat.budget.Budgets;
import io.throughline.chat.budget.Budgets.Admission;
import io.throughline.chat.budget.Spending;
import io.throughline.chat.conversation.TurnStore;
import io.throughline.chat.conversation.Window;
import io.throughline.chat.conversation.WindowLimits;
import io.throughline.chat.tool.Visit;
import io.throughline.platform.access.Caller;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Lets a question in, reads its window, and sets a thread of its own to answer it. Statements of a turn: budget, window
 * (not for a first question), proposed action (if any), and the one that keeps it.
 */
@Startup // builds the model's client now, so that a wrong setting shows at start and not to the first caller
@Singleton
class StartTurn {

    private static final Logger LOG = Logger.getLogger(StartTurn.class);

    private final AskQuestion questions;
    private final TurnStore store;
    private final WindowLimits limits;
    private final Turns turns;
    private final Bounds bounds;

    StartTurn(AskQuestion questions, TurnStore store, WindowLimits limits, Turns turns, Bounds bounds) {
        this.questions = questions;
        this.store = store;
        this.limits = limits;
        this.turns = turns;
        this.bounds = bounds;
    }

    /** What a turn is held against and counted by. */
    @Singleton
    static class Bounds {

        private final Budgets budgets;
        private final Spending spending;
        private final ChatFigures figures;

        Bounds(Budgets budgets, Spending spending, ChatFigures figures) {
            this.budgets = budgets;
            this.spending = spending;
            this.figures = figures;
        }
    }

    /**
     * @param conversation null for a new one
     * @param standIn whether the rules may answer while the model is down
     * @throws Problem 404 for a conversation that is not the caller's, 429 for a bound that is reached
     */
    Turn start(Visit visit, String message, UUID conversation, boolean standIn) {
        Caller caller = visit.caller();
        Admission admission = bounds.budgets.admit(caller);
        try {
            Asked asked = conversation == null
                    ? new Asked(message, Ids.next(), true, Window.EMPTY, visit, standIn)
                    : new Asked(message, conversation, false, window(caller, conversation, message), visit, standIn);
            Turn turn = new Turn(Ids.next(), caller, admission.standing());
            turns.add(turn);
            Map<String, Object> mdc = new HashMap<>(MDC.getMap());
            Thread.ofVirtual().name("chat turn").start(() -> {
                mdc.forEach(MDC::put);
                run(turn, asked, admission);
            });
            return turn;
        } catch (RuntimeException e) {
            admission.close();
            throw e;
        }
    }

    private Window window(Caller caller, UUID conversation, String message) {
        return Window.of(
                store.open(caller, conversation).orElseThrow(() -> Problem.notFound("conversation", conversation)),
                message,
                new Window.Size(limits.messages(), limits.tokens()));
    }

    private void run(Turn turn, Asked asked, Admission admission) {
        try (admission) {
            turn.begin();
            questions.answer(turn, asked, admission);
            bounds.figures.answered(turn.spent());
        } catch (CancellationException e) {
            cancelled(turn, asked.visit().caller());
        } catch (RuntimeException e) {
            if (turn.isCancelled()) {
                cancelled(turn, asked.visit().caller());
            } else {
                turn.failed(e, ProblemEvent.of(e));
                bounds.figures.failed(turn.spent());
                // A conversation that is gone was found out by the statement that books the costs.
                if (!(e instanceof Problem problem && problem.error() == CommonErrors.NOT_FOUND)) {
                    book(turn.spent(), asked.visit().caller());
                }
            }
        } finally {
            turns.ended(turn);
        }
    }

    private void cancelled(Turn turn, Caller caller) {
        Problem cancelled = new Problem(ChatErrors.CANCELLED, "The answer was cancelled.");
        turn.failed(cancelled, ProblemEvent.of(cancelled));
        bounds.figures.cancelled(turn.spent());
        book(turn.spent(), caller);
    }

    private void book(Tokens spent, Caller caller) {
        long tokens = spent.inputTokens() + spent.outputTokens();
        if (tokens > 0) {
            try {
                bounds.spending.add(caller, 1, tokens, spent.costMicros());
            } catch (RuntimeException e) {
                LOG.warnf("Costs not booked; tokens=%d reason=%s", tokens, e.getMessage());
            }
        }
    }
}
