package io.throughline.enrollment.suppression;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Why an address is not written to, the weightier last: of several the weightiest is kept. */
public enum SuppressionReason {
    MANUAL,
    BOUNCED,
    UNSUBSCRIBED,
    COMPLAINED;

    /** As stored and shown. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<SuppressionReason> of(String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.text().equals(text))
                .findFirst();
    }

    static List<String> texts() {
        return Arrays.stream(values()).map(SuppressionReason::text).toList();
    }

    /** Whether it is about the person; a dead mailbox says nothing about their telephone. */
    public boolean holdsOn(String channel) {
        return this != BOUNCED || channel.equals("email");
    }
}
