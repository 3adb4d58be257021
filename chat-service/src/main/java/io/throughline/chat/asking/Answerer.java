package io.throughline.chat.asking;

import io.throughline.chat.conversation.Said;
import io.throughline.chat.tool.Visit;
import java.util.List;

/** Whoever answers questions about the suite. */
public interface Answerer {

    /** The name of the model asked, or {@code offline}. */
    String model();

    /** Changes when the same question about the same data may be answered otherwise. */
    String version();

    /**
     * Blocks until the reply is complete. Interrupting the thread ends it early and frees what it holds at the provider.
     *
     * @throws io.throughline.platform.http.Problem {@link ChatErrors#MODEL_UNAVAILABLE}, or a part of the suite does not
     *     answer
     */
    Answer answer(Question question, Listener listener);

    /**
     * @param earlier what was said before the history, shortened; perhaps empty
     * @param history oldest first, beginning with the user, ending with the assistant; perhaps empty
     * @param visit the caller's way to see the suite
     */
    record Question(String text, String earlier, List<Said> history, Visit visit) {

        public Question {
            history = List.copyOf(history);
        }
    }

    /** Told what happens while an answer is made. */
    interface Listener {

        /** Each piece of the reply as it comes; together they are the reply. */
        void token(String text);

        /** A look at the suite. @param failed whether it found nothing to use */
        void tool(String name, boolean failed);

        /** Costs that have arisen, also of an answer that fails later. Each is told once. */
        void spent(Tokens tokens);
    }

    /**
     * @param model as the provider names it
     * @param whole false when it was cut, refused or not finished: it answers this question, not the next one like it
     */
    record Answer(String text, String model, boolean whole) {}

    /**
     * As the provider counted them.
     *
     * @param inputTokens those that its cache took or gave included
     * @param costMicros millionths of a dollar
     */
    record Tokens(long inputTokens, long outputTokens, long costMicros) {

        public static final Tokens NONE = new Tokens(0, 0, 0);

        public Tokens plus(Tokens more) {
            return new Tokens(
                    inputTokens + more.inputTokens, outputTokens + more.outputTokens, costMicros + more.costMicros);
        }
    }
}
