package io.throughline.jobs.queue;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Its ordinal is what the database keeps; each step is a head start of five minutes in the queue. */
public enum Priority {
    LOW,
    NORMAL,
    HIGH;

    public static Optional<Priority> named(String name) {
        return Arrays.stream(values()).filter(each -> each.wire().equals(name)).findFirst();
    }

    /** As clients read and write it. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
