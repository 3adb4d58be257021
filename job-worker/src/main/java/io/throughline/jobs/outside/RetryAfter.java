package io.throughline.jobs.outside;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The header {@code Retry-After}, seconds or a date (RFC 9110, 10.2.3); at most an hour, whatever it says. */
final class RetryAfter {

    /** For a 429 that does not say. */
    static final Duration UNSAID = Duration.ofSeconds(1);

    private static final Duration LONGEST = Duration.ofHours(1);

    private RetryAfter() {}

    /** Empty: not said, not readable, or not in the future. */
    static Optional<Duration> of(String header, Clock clock) {
        if (header == null) {
            return Optional.empty();
        }
        return read(header.strip(), clock)
                .filter(Duration::isPositive)
                .map(wait -> wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
    }

    private static Optional<Duration> read(String header, Clock clock) {
        if (header.matches("\\d+")) {
            return Optional.of(header.length() > 9 ? LONGEST : Duration.ofSeconds(Long.parseLong(header)));
        }
        try {
            ZonedDateTime date = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME);
            return Optional.of(Duration.between(clock.instant(), date.toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
