package io.throughline.chat.conversation;

import java.util.List;
import java.util.function.Consumer;

/** Whoever answers questions about the suite. */
public interface Answerer {

    /** The name of the model asked, or {@code offline}. */
    String model();

    /**
     * Blocks until the reply is complete. Interrupting the thread ends it early.
     *
     * @param tokens told each piece of the reply as it comes; together they are the reply
     * @throws io.throughline.platform.http.Problem {@link ChatErrors#MODEL_UNAVAILABLE}, or a part of the suite does not
     *     answer
     */
    Answer answer(Question question, Consumer<String> tokens);

    /**
     * @param history oldest first, beginning with the user, ending with the assistant; perhaps empty
     * @param apiKey the caller's own, for reading the suite. Never log it.
     */
    record Question(String text, List<Said> history, String apiKey) {

        public Question {
            history = List.copyOf(history);
        }
    }

    record Said(Role role, String text) {}

    enum Role {
        USER,
        ASSISTANT
    }

    /** @param model as the provider names it */
    record Answer(String text, String model, Tokens usage) {}

    /** Tokens as the provider counted them, cached ones included, over all calls of one answer. */
    record Tokens(long inputTokens, long outputTokens) {

        public static final Tokens NONE = new Tokens(0, 0);

        public Tokens plus(long input, long output) {
            return new Tokens(inputTokens + input, outputTokens + output);
        }
    }
}
