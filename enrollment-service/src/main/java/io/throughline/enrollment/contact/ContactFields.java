package io.throughline.enrollment.contact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What can be told about a contact, cleaned: blank is null, no NUL characters (PostgreSQL stores none), email and domain in
 * lower case. It may still be wrong; {@link #flaws} says how.
 *
 * @param companyDomain null: the domain of the email
 * @param attributes values are text, numbers, booleans or null
 */
public record ContactFields(
        String email,
        String firstName,
        String lastName,
        String company,
        String companyDomain,
        Map<String, Object> attributes) {

    private static final int MAX_TEXT = 200;
    private static final int MAX_DOMAIN = 253;
    private static final int MAX_ATTRIBUTES = 100;
    private static final int MAX_ATTRIBUTE_NAME = 100;
    private static final int MAX_ATTRIBUTE_VALUE = 4000;

    public ContactFields {
        String given = clean(email);
        email = EmailAddress.normalise(given).orElse(given);
        firstName = clean(firstName);
        lastName = clean(lastName);
        company = clean(company);
        String domain = clean(companyDomain);
        companyDomain = domain == null ? null : domain.toLowerCase(Locale.ROOT);
        Map<String, Object> cleaned = new LinkedHashMap<>();
        if (attributes != null) {
            attributes.forEach((name, value) ->
                    cleaned.put(withoutNul(name).strip(), value instanceof String text ? withoutNul(text) : value));
        }
        attributes = cleaned;
    }

    EmailMarks marks() {
        return EmailMarks.of(email);
    }

    public boolean roleAddress() {
        return marks().role();
    }

    public boolean disposable() {
        return marks().disposable();
    }

    /** @param code {@code invalid_email, too_long} or {@code invalid_attribute} */
    public record Flaw(String field, String code, String detail) {}

    /** Everything that is wrong, not only the first. */
    public List<Flaw> flaws() {
        List<Flaw> flaws = new ArrayList<>();
        if (EmailAddress.normalise(email).isEmpty()) {
            flaws.add(new Flaw("email", "invalid_email", email == null ? "is missing" : "is not an email address"));
        }
        limit(flaws, "firstName", firstName, MAX_TEXT);
        limit(flaws, "lastName", lastName, MAX_TEXT);
        limit(flaws, "company", company, MAX_TEXT);
        limit(flaws, "companyDomain", companyDomain, MAX_DOMAIN);
        if (attributes.size() > MAX_ATTRIBUTES) {
            flaws.add(new Flaw("attributes", "too_long", "has more than " + MAX_ATTRIBUTES + " entries"));
        }
        attributes.forEach((name, value) -> attribute(flaws, name, value));
        return flaws;
    }

    private static void attribute(List<Flaw> flaws, String name, Object value) {
        if (name.isEmpty() || name.length() > MAX_ATTRIBUTE_NAME) {
            flaws.add(new Flaw("attributes", "too_long", "has a name that is empty or over " + MAX_ATTRIBUTE_NAME));
        } else if (value instanceof String text) {
            limit(flaws, "attributes/" + name, text, MAX_ATTRIBUTE_VALUE);
        } else if (value != null && !(value instanceof Number) && !(value instanceof Boolean)) {
            flaws.add(new Flaw("attributes/" + name, "invalid_attribute", "must be text, a number or a boolean"));
        }
    }

    private static void limit(List<Flaw> flaws, String field, String value, int limit) {
        if (value != null && value.length() > limit) {
            flaws.add(new Flaw(field, "too_long", "is longer than " + limit + " characters"));
        }
    }

    private static String clean(String text) {
        if (text == null) {
            return null;
        }
        String stripped = withoutNul(text).strip();
        return stripped.isEmpty() ? null : stripped;
    }

    private static String withoutNul(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    }
}
