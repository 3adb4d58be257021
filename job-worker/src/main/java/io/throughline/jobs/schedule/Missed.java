package io.throughline.jobs.schedule;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of slots that passed while no replica ran. */
enum Missed {
    /** Nothing, beyond a minute. */
    SKIP,
    /** One job for all of them, for the latest slot. */
    ONCE,
    /** A job for each, in their order. */
    ALL;

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Missed> named(String name) {
        return Arrays.stream(values()).filter(each -> each.wire().equals(name)).findFirst();
    }
}
