package io.throughline.chat.conversation;

import io.throughline.chat.conversation.Said.Role;
import io.throughline.chat.conversation.TurnStore.Line;
import io.throughline.chat.conversation.TurnStore.Opened;
import java.util.List;

/**
 * What an answerer is told of a conversation. The window grows at its end and is cut at its beginning in blocks: a quarter
 * at once when it is full, so that between two cuts every question repeats the one before it word for word, which is what
 * a provider's cache works by. Only whole turns go; the calls and results of tools live and die inside a turn.
 *
 * @param from position of the first message in it
 * @param earlier what was cut off, shortened; empty when nothing was
 * @param said oldest first, beginning with the user, ending with the assistant; perhaps empty
 * @param cut whether this question moved the beginning
 */
public record Window(long from, String earlier, List<Said> said, boolean cut) {

    public static final Window EMPTY = new Window(1, "", List.of(), false);

    public Window {
        said = List.copyOf(said);
    }

    /** How much fits in. */
    public record Size(int messages, int tokens) {}

    /** @param question its text counts against the limits, too */
    public static Window of(Opened opened, String question, Size limits) {
        List<Line> lines = wholeTurns(opened.newest());
        int asked = estimate(question);
        if (fits(lines, limits.messages() - 1, limits.tokens() - asked)) {
            return new Window(opened.windowFrom(), opened.earlier(), said(lines), false);
        }
        int begin = 0;
        while (begin < lines.size() - 2
                && !fits(
                        lines.subList(begin, lines.size()),
                        limits.messages() * 3 / 4 - 1,
                        limits.tokens() * 3 / 4 - asked)) {
            begin += 2;
        }
        if (!fits(lines.subList(begin, lines.size()), limits.messages() - 1, limits.tokens() - asked)) {
            begin = lines.size();
        }
        List<Line> kept = lines.subList(begin, lines.size());
        long from = kept.isEmpty() ? opened.messageCount() + 1 : kept.getFirst().position();
        return new Window(from, Earlier.and(opened.earlier(), said(lines.subList(0, begin))), said(kept), true);
    }

    /** Tokens, as characters / 4: above what providers count for prose. */
    public static int estimate(String text) {
        return (text.length() + 3) / 4;
    }

    private static boolean fits(List<Line> lines, int messages, int tokens) {
        return lines.size() <= messages
                && lines.stream().mapToLong(Line::tokens).sum() <= tokens;
    }

    /** A reply whose question fell out of the window says nothing, and models want the user to begin. */
    private static List<Line> wholeTurns(List<Line> lines) {
        return !lines.isEmpty() && lines.getFirst().said().role() == Role.ASSISTANT
                ? lines.subList(1, lines.size())
                : lines;
    }

    private static List<Said> said(List<Line> lines) {
        return lines.stream().map(Line::said).toList();
    }
}
