package io.throughline.enrollment.contact;

import io.throughline.platform.http.Problem;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Which contacts are meant. Null parts do not restrict; with all parts null every contact of the tenant is meant.
 *
 * @param search text anywhere in email, names or company, case aside, at most 100 characters
 */
public record ContactFilter(
        String search, String companyDomain, Instant importedSince, String email, UUID importJobId) {

    private static final int MAX_SEARCH = 100;
    /** Beyond it ISO-8601 needs a sign, and PostgreSQL's time ends before Java's. */
    private static final int LAST_YEAR = 9999;

    public ContactFilter {
        search = lower(search);
        companyDomain = lower(companyDomain);
        email = lower(email);
        if (search != null && search.length() > MAX_SEARCH) {
            throw Problem.invalid(
                    List.of(new Problem.FieldError("/search", "is longer than " + MAX_SEARCH + " characters")));
        }
    }

    public boolean restricts() {
        return search != null || companyDomain != null || importedSince != null || email != null || importJobId != null;
    }

    /** Conditions on table {@code contact}, each beginning with AND; their values are {@link #parameters}. */
    public String conditions() {
        StringBuilder conditions = new StringBuilder();
        append(conditions, search, "strpos(lower(concat_ws(' ', email, first_name, last_name, company)), ?) > 0");
        append(conditions, companyDomain, "company_domain = ?");
        append(conditions, importedSince, "imported_at >= ?");
        append(conditions, email, "email = ?");
        append(conditions, importJobId, "import_job_id = ?");
        return conditions.toString();
    }

    public List<Object> parameters() {
        List<Object> parameters = new ArrayList<>();
        for (Object part : new Object[] {search, companyDomain, importedSince, email, importJobId}) {
            if (part != null) {
                parameters.add(part);
            }
        }
        return parameters;
    }

    /** An ISO-8601 time with offset, or a date, which begins at midnight UTC. Null stays null. */
    public static Instant since(String text, String pointer) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            OffsetDateTime since = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text);
            if (since.getYear() >= 0 && since.getYear() <= LAST_YEAR) {
                return since.toInstant();
            }
        } catch (DateTimeParseException e) {
            throw unreadable(pointer);
        }
        throw unreadable(pointer);
    }

    private static Problem unreadable(String pointer) {
        return Problem.invalid(List.of(new Problem.FieldError(pointer, "must be a time such as 2026-11-01T00:00:00Z")));
    }

    private static void append(StringBuilder conditions, Object part, String condition) {
        if (part != null) {
            conditions.append(" AND ").append(condition);
        }
    }

    /** Without NUL characters: PostgreSQL takes none. */
    private static String lower(String text) {
        String given = text == null ? "" : text.replace("\0", "").strip().toLowerCase(Locale.ROOT);
        return given.isEmpty() ? null : given;
    }
}
