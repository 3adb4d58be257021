package io.throughline.jobs.enrichment;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/** Checks and normalises whom a job asks about. What is refused is an {@link IllegalArgumentException}. */
final class Subject {

    private static final Pattern EMAIL = Pattern.compile("[^\\s@\\p{Cntrl}]{1,64}@[^\\s@\\p{Cntrl}]{3,250}");
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{3,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]");
    private static final int LONGEST_QUERY = 500;

    private Subject() {}

    static String email(String text) {
        String email = text.strip().toLowerCase(Locale.ROOT);
        if (!EMAIL.matcher(email).matches()) {
            throw new IllegalArgumentException("email must be an address such as ann@example.com");
        }
        return email.substring(0, email.indexOf('@') + 1) + domain(email.substring(email.indexOf('@') + 1));
    }

    static String domain(String text) {
        String domain;
        try {
            domain = IDN.toASCII(text.strip()).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            domain = "";
        }
        if (!DOMAIN.matcher(domain).matches()) {
            throw new IllegalArgumentException("the domain must look like example.com");
        }
        return domain;
    }

    static String query(String text) {
        String query = text.strip();
        if (query.length() > LONGEST_QUERY || query.chars().noneMatch(Character::isLetterOrDigit)) {
            throw new IllegalArgumentException(
                    "query must have a letter or digit, and at most " + LONGEST_QUERY + " characters");
        }
        return query;
    }
}
