package io.throughline.jobs.job;

import io.throughline.jobs.queue.JobFilter;
import io.throughline.jobs.queue.JobStatus;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** What a client says of the jobs that are meant, as it was sent; nulls: nothing. */
public record Criteria(
        @QueryParam("status") String status,
        @QueryParam("type") String type,
        @QueryParam("since") String since,
        @QueryParam("until") String until,
        @QueryParam("text") String text) {

    static final int LONGEST_TEXT = 200;

    /** @param errors gets everything that is wrong */
    JobFilter read(List<FieldError> errors) {
        Optional<JobStatus> wanted = JobStatus.named(status);
        if (status != null && wanted.isEmpty()) {
            errors.add(new FieldError("/status", "must be pending, processing, completed, failed or cancelled"));
        }
        if (text != null && text.length() > LONGEST_TEXT) {
            errors.add(new FieldError("/text", "must have at most " + LONGEST_TEXT + " characters"));
        }
        refuseNul("/type", type, errors);
        refuseNul("/text", text, errors);
        return new JobFilter(
                wanted.orElse(null),
                type,
                time("/since", since, errors),
                time("/until", until, errors),
                text == null || text.isBlank() ? null : text);
    }

    /** No text of PostgreSQL's holds it. */
    private static void refuseNul(String pointer, String value, List<FieldError> errors) {
        if (value != null && value.indexOf('\0') >= 0) {
            errors.add(new FieldError(pointer, "must not contain the character U+0000"));
        }
    }

    /** An ISO-8601 moment with an offset, or a date, whose UTC midnight is meant. */
    private static Instant time(String pointer, String text, List<FieldError> errors) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeParseException e) {
            errors.add(new FieldError(pointer, "must be a time such as 2026-11-01T00:00:00Z"));
            return null;
        }
    }
}
