package io.throughline.chat.claude;

import com.anthropic.models.messages.StopReason;
import io.throughline.chat.asking.Answerer.Listener;

/** The text of all calls together, exactly as it was streamed. */
final class ReplyText {

    private static final String NOTHING_SAID = "I could not finish looking this up; please ask for less at once.";
    private static final String DECLINED = "The model declined to answer this question.";
    private static final String CUT = "(The reply was cut at its longest allowed length.)";

    private final StringBuilder text = new StringBuilder();
    private final Listener listener;
    private boolean paused;

    ReplyText(Listener listener) {
        this.listener = listener;
    }

    void say(String piece) {
        if (piece.isEmpty()) {
            return;
        }
        String spaced = paused && !text.isEmpty() ? "\n\n" + piece : piece;
        paused = false;
        text.append(spaced);
        listener.token(spaced);
    }

    /** What comes next is a new paragraph. */
    void pause() {
        paused = true;
    }

    /** @return whether the model came to an end by itself and had something to say */
    boolean end(ClaudeMessage last) {
        pause();
        if (last.stoppedBy(StopReason.REFUSAL)) {
            say(DECLINED);
        } else if (text.toString().isBlank()) {
            say(NOTHING_SAID);
        } else if (last.stoppedBy(StopReason.MAX_TOKENS)) {
            say(CUT);
        } else {
            return true;
        }
        return false;
    }

    String text() {
        return text.toString();
    }
}
