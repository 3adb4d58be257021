package io.throughline.chat.offline;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the offline rules make of a question, by its words. The first that matches counts, so the order matters. */
enum Intent {
    HELP("^\\W*(help|hello|hi|hey)\\b|what can (you|i)|how (can|do) you help|what do you (know|understand)"),
    PAUSE("^\\W*(please )?(pause|stop|halt)\\b"),
    RETRY("^\\W*(please )?(retry|rerun|run again)\\b"),
    COMPARE("\\bcompar|\\bversus\\b|\\bvs\\b|\\b(best|better|worst|worse|top)\\b"),
    LIMITS("\\b(limits?|limited|maximum|quotas?)\\b"),
    MONITOR("\\b(monitor|monitoring|health|healthy|lag|backlog|pools?|queue|queues|system|services?)\\b"),
    FIGURES("\\b(enrol\\w*|open(s|ed|ing)?|click\\w*|repl(y|ies|ied)|bounc\\w*|sent|deliver\\w*|unsubscri\\w*"
            + "|perform\\w*|report|funnel|rates?)\\b"),
    CONTACT_COUNT("\\b(how many|number of|count)\\b.*\\b(contacts?|people|persons|leads?)\\b"),
    JOBS("\\b(jobs?|workflows?|imports?|importing|tasks?)\\b|^\\W*(what|anything|did anything)( has| is)? fail"),
    CAMPAIGN("\\b(campaigns?|instances?|sequences?)\\b|\\bhow (is|are|was|did)\\b.*\\b(doing|going|go|do)\\b"),
    CONTACTS("\\b(contacts?|people|persons|leads?)\\b"),
    UNKNOWN("");

    private final Pattern words;

    Intent(String words) {
        this.words = Pattern.compile(words, Pattern.DOTALL);
    }

    static Intent of(String question) {
        String lower = question.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(intent -> intent.words.matcher(lower).find())
                .findFirst()
                .orElse(UNKNOWN);
    }
}
