package io.throughline.jobs.outreach;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a message stands; the moves are drawn in the description of the package. */
enum MessageStatus {
    QUEUED,
    TRANSMITTING,
    SENT,
    REJECTED,
    UNKNOWN;

    static Optional<MessageStatus> named(String name) {
        return Arrays.stream(values()).filter(each -> each.wire().equals(name)).findFirst();
    }

    /** For messages. */
    static String names() {
        return Arrays.stream(values()).map(MessageStatus::wire).collect(Collectors.joining(", "));
    }

    /** As clients and the database write it. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
