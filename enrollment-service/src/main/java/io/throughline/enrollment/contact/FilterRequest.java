package io.throughline.enrollment.contact;

import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A filter as clients send it and segments keep it; the parts restrict together.
 *
 * @param search text anywhere in email, names or company, case aside, at most 100 characters
 * @param importedSince a time with offset, or a date, which begins at midnight UTC
 * @param attributes by name; 10 at most
 * @param role whether a role reads the address; null: all the same
 * @param disposable whether the address is one to be thrown away; null: all the same
 * @param all true: every contact is meant; otherwise enrolling needs at least one of the others
 */
public record FilterRequest(
        String search,
        String companyDomain,
        String importedSince,
        String email,
        UUID importJobId,
        Map<String, String> attributes,
        Boolean role,
        Boolean disposable,
        boolean all) {

    private static final int MAX_SEARCH = 100;
    private static final int MAX_ATTRIBUTES = 10;
    /** Beyond it ISO-8601 needs a sign, and PostgreSQL's time ends before Java's. */
    private static final int LAST_YEAR = 9999;

    /**
     * @param at where the filter is in the request: a JSON pointer, or nothing
     * @throws Problem with everything that is wrong
     */
    public ContactFilter checked(String at) {
        List<FieldError> errors = new ArrayList<>();
        String text = lower(search);
        if (text != null && text.length() > MAX_SEARCH) {
            errors.add(new FieldError(at + "/search", "is longer than " + MAX_SEARCH + " characters"));
        }
        Map<String, String> wanted = new HashMap<>();
        if (attributes != null && attributes.size() > MAX_ATTRIBUTES) {
            errors.add(new FieldError(at + "/attributes", "has more than " + MAX_ATTRIBUTES + " entries"));
        } else if (attributes != null) {
            attributes.forEach((name, value) -> {
                if (value == null) {
                    errors.add(new FieldError(at + "/attributes/" + name, "must have a value"));
                } else {
                    wanted.put(withoutNul(name), withoutNul(value));
                }
            });
        }
        Optional<Instant> since = since(importedSince);
        if (since.isEmpty() && importedSince != null && !importedSince.isBlank()) {
            errors.add(new FieldError(at + "/importedSince", "must be a time such as 2026-11-01T00:00:00Z"));
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        String address = EmailAddress.normalise(email).orElse(lower(email));
        return new ContactFilter(
                text, lower(companyDomain), since.orElse(null), address, importJobId, wanted, role, disposable);
    }

    private static Optional<Instant> since(String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        try {
            OffsetDateTime since = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text);
            return Optional.of(since)
                    .filter(time -> time.getYear() >= 0 && time.getYear() <= LAST_YEAR)
                    .map(OffsetDateTime::toInstant);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String lower(String text) {
        String given = text == null ? "" : withoutNul(text).strip().toLowerCase(Locale.ROOT);
        return given.isEmpty() ? null : given;
    }

    /** PostgreSQL takes none. */
    private static String withoutNul(String text) {
        return text.replace("\0", "");
    }
}
