package io.throughline.campaign.instance;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sender such as {@code Ann <ann@example.com>}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5322#section-3.4">RFC 5322, mailbox</a>; display names may be Unicode
 *     (RFC 6532), addresses not; no comments, no quoted local parts, no address literals
 */
final class Mailbox {

    static final int MAX_LENGTH = 400;

    private static final String ATEXT = "A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-";
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String ADDRESS =
            "(?<local>[" + ATEXT + "]+(?:\\.[" + ATEXT + "]+)*)" + "@(?<domain>" + LABEL + "(?:\\." + LABEL + ")*)";
    /** The dot is what people write in initials; the RFC calls it obsolete, and everybody takes it. */
    private static final String WORD = "[" + ATEXT + ".[^\\p{ASCII}\\p{C}\\p{Z}]]+";

    private static final String QUOTED = "\"(?:[^\"\\\\\\p{C}]|\\\\[\\x20-\\x7e])*\"";
    private static final String NAME = "(?:" + WORD + "|" + QUOTED + ")(?: +(?:" + WORD + "|" + QUOTED + "))*";
    private static final Pattern BARE = Pattern.compile(ADDRESS);
    private static final Pattern NAMED = Pattern.compile("(?:" + NAME + " *)?<" + ADDRESS + ">");

    private Mailbox() {}

    static boolean isValid(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        Matcher bare = BARE.matcher(text);
        Matcher named = NAMED.matcher(text);
        return bare.matches() && fits(bare) || named.matches() && fits(named);
    }

    /** Limits of RFC 5321, section 4.5.3.1. */
    private static boolean fits(Matcher address) {
        return address.group("local").length() <= 64 && address.group("domain").length() <= 253;
    }
}
