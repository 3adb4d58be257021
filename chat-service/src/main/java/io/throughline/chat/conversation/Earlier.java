package io.throughline.chat.conversation;

import io.throughline.chat.conversation.Said.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What fell out of the window, shortened: a line for each message, the oldest lines given up first. Made from the words
 * themselves, not by a model: it costs nothing, cannot fail and invents nothing.
 */
final class Earlier {

    /** About 600 tokens, a twentieth of the window. */
    static final int LONGEST = 2_400;

    private static final int LONGEST_QUESTION = 120;
    private static final int LONGEST_REPLY = 200;
    private static final Pattern LEFT_OUT = Pattern.compile("\\((\\d+) older messages are left out\\)");

    private Earlier() {}

    static String and(String earlier, List<Said> cut) {
        List<String> lines = new ArrayList<>(earlier.lines().toList());
        long leftOut = 0;
        if (!lines.isEmpty()) {
            Matcher first = LEFT_OUT.matcher(lines.getFirst());
            if (first.matches()) {
                leftOut = Long.parseLong(first.group(1));
                lines.removeFirst();
            }
        }
        cut.forEach(said -> lines.add(line(said)));
        while (String.join("\n", lines).length() > LONGEST) {
            lines.removeFirst();
            leftOut++;
        }
        if (leftOut > 0) {
            lines.addFirst("(" + leftOut + " older messages are left out)");
        }
        return String.join("\n", lines);
    }

    private static String line(Said said) {
        boolean user = said.role() == Role.USER;
        return (user ? "user: " : "assistant: ")
                + Titles.shortened(said.text(), user ? LONGEST_QUESTION : LONGEST_REPLY);
    }
}
