package io.throughline.analytics.ingest;

import io.throughline.events.engagement.EngagementEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What an engagement event must be to be counted; the same for the topic and for HTTP. */
final class EngagementRules {

    private static final Pattern CHANNEL = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final Pattern EVENT_TYPE = Pattern.compile("[a-z][a-z0-9_.-]{0,63}");
    private static final int LONGEST_KEY = 256;
    private static final int LAST_STEP = 1000;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    /** Clocks of other systems are wrong by hours, time zones included; more than a day is a broken event. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private EngagementRules() {}

    record Violation(String field, String detail) {
        @Override
        public String toString() {
            return field + " " + detail;
        }
    }

    /** All that is wrong with the event; empty: it is accepted. */
    static List<Violation> violations(EngagementEvent event, Instant now) {
        List<Violation> violations = new ArrayList<>();
        if (event.instanceId() == null) {
            violations.add(new Violation("instanceId", "is missing"));
        }
        if (event.enrollmentId() == null) {
            violations.add(new Violation("enrollmentId", "is missing"));
        }
        matches("channel", event.channel(), CHANNEL, violations);
        matches("eventType", event.eventType(), EVENT_TYPE, violations);
        Integer step = event.stepNumber();
        if (step != null && (step < 0 || step > LAST_STEP)) {
            violations.add(new Violation("stepNumber", "must be null or from 0 to " + LAST_STEP));
        }
        Instant occurredAt = event.occurredAt();
        if (occurredAt == null) {
            violations.add(new Violation("occurredAt", "is missing"));
        } else if (occurredAt.isBefore(EARLIEST)) {
            violations.add(new Violation("occurredAt", "is before the year 2000"));
        } else if (occurredAt.isAfter(now.plus(AHEAD))) {
            violations.add(new Violation("occurredAt", "is more than one day in the future"));
        }
        return violations;
    }

    /**
     * Whether the text may be half of a de-duplication key: 1 to 256 printable characters. Half a surrogate pair has no
     * bytes of its own in UTF-8, so two different ids would become one.
     */
    static boolean fitsKey(String text) {
        if (text.isEmpty() || text.codePointCount(0, text.length()) > LONGEST_KEY) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            char each = text.charAt(at);
            if (each < 0x20 || each == 0x7F || Character.isSurrogate(each) && !isPair(text, at)) {
                return false;
            }
            if (Character.isSurrogate(each)) {
                at++;
            }
        }
        return true;
    }

    private static boolean isPair(String text, int at) {
        return at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }

    private static void matches(String field, String value, Pattern pattern, List<Violation> violations) {
        if (value == null) {
            violations.add(new Violation(field, "is missing"));
        } else if (!pattern.matcher(value).matches()) {
            violations.add(new Violation(field, "must match " + pattern.pattern()));
        }
    }
}
