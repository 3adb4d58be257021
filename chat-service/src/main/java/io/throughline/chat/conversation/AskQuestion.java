package io.throughline.chat.conversation;

import io.quarkus.runtime.Startup;
import io.throughline.chat.conversation.Answerer.Answer;
import io.throughline.chat.conversation.Answerer.Question;
import io.throughline.chat.conversation.Answerer.Role;
import io.throughline.chat.conversation.Answerer.Said;
import io.throughline.chat.conversation.ConversationStore.Turn;
import io.throughline.platform.access.Caller;
import io.throughline.platform.http.Problem;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One turn: read the window, ask, store question and reply together. No database connection is held while the answerer
 * thinks; a turn that fails or is cancelled leaves nothing behind.
 */
@Startup // builds the model's client now, so that a wrong setting shows at start and not to the first caller
@Singleton
class AskQuestion {

    private static final Logger LOG = Logger.getLogger(AskQuestion.class);
    private static final int TITLE_LENGTH = 80;

    private final ConversationStore store;
    private final Answerer answerer;
    private final WindowLimits limits;
    private final ChatFigures figures;

    AskQuestion(ConversationStore store, Answerer answerer, WindowLimits limits, ChatFigures figures) {
        this.store = store;
        this.answerer = answerer;
        this.limits = limits;
        this.figures = figures;
    }

    /** A question that may be asked: its conversation is the caller's, and the window of it is read. */
    record Prepared(Caller caller, UUID conversation, boolean first, Question question) {}

    record Reply(
            String reply, UUID conversationId, UUID messageId, String model, boolean cached, Answerer.Tokens usage) {}

    /** @param conversation null for a new one */
    Prepared prepare(Caller caller, String apiKey, String message, UUID conversation) {
        if (conversation == null) {
            return new Prepared(caller, Ids.next(), true, new Question(message, List.of(), apiKey));
        }
        List<Said> window = store.window(caller, conversation, limits.messages() - 1, limits.tokens());
        if (window.isEmpty() && store.conversation(caller, conversation).isEmpty()) {
            throw Problem.notFound("conversation", conversation);
        }
        return new Prepared(caller, conversation, false, new Question(message, wholeTurns(window), apiKey));
    }

    /** May take as long as the answerer's limit; interrupting the thread ends it. */
    Answer answer(Prepared prepared, Consumer<String> tokens) {
        return figures.count(() -> answerer.answer(prepared.question(), tokens));
    }

    Reply keep(Prepared prepared, Answer answer) {
        Turn turn = new Turn(Ids.next(), prepared.question().text(), Ids.next(), answer);
        if (prepared.first()) {
            store.begin(prepared.caller(), prepared.conversation(), title(turn.question()), turn);
        } else if (!store.proceed(prepared.caller(), prepared.conversation(), turn)) {
            throw Problem.notFound("conversation", prepared.conversation());
        }
        LOG.infof(
                "Question answered; conversation=%s model=%s inputTokens=%d outputTokens=%d",
                prepared.conversation(),
                answer.model(),
                answer.usage().inputTokens(),
                answer.usage().outputTokens());
        return new Reply(
                answer.text(), prepared.conversation(), turn.answerId(), answer.model(), false, answer.usage());
    }

    /** A reply whose question fell out of the window says nothing, and models want the user to begin. */
    private static List<Said> wholeTurns(List<Said> window) {
        return !window.isEmpty() && window.getFirst().role() == Role.ASSISTANT
                ? window.subList(1, window.size())
                : window;
    }

    private static String title(String question) {
        String line = question.strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) <= TITLE_LENGTH) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, TITLE_LENGTH - 1)) + "…";
    }
}
