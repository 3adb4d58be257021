package io.throughline.jobs.outreach;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whose fault it is that a mail was refused for good: only a hard bounce says that the address is no use. */
public enum Bounce {
    /** There is no such mailbox, or it is closed. */
    HARD,
    /** The mail, its sender or the moment is not liked; another mail to the address may pass. */
    BLOCKED;

    /** RFC 3463, 3.2 and 3.3: a status in the reply is more exact than the code. */
    private static final Pattern STATUS = Pattern.compile("\\b5\\.(\\d{1,3})\\.(\\d{1,3})\\b");

    /** RFC 3463, 3.2: bad mailbox, bad system, bad syntax, moved without a trace; RFC 7505: takes no mail. */
    private static final Set<String> NO_MAILBOX = Set.of("1.1", "1.2", "1.3", "1.6", "1.10", "2.1");

    /** RFC 5321, 4.2.3: mailbox unavailable, not local, name not allowed. */
    private static final Set<Integer> NO_MAILBOX_CODES = Set.of(550, 551, 553);

    /** @param begun the server has seen the content, so a reply without a status is about that */
    public static Bounce of(int code, String reply, boolean begun) {
        Matcher status = STATUS.matcher(reply);
        if (status.find()) {
            return NO_MAILBOX.contains(status.group(1) + "." + status.group(2)) ? HARD : BLOCKED;
        }
        return !begun && NO_MAILBOX_CODES.contains(code) ? HARD : BLOCKED;
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
