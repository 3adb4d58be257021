package io.throughline.enrollment.contact;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Which contacts are meant. Null parts do not restrict; with all parts null every contact of the tenant is meant. What
 * clients send is a {@link FilterRequest}.
 *
 * @param search text anywhere in email, names or company, in lower case
 * @param attributes values as text, whatever their type
 * @param role whether a role reads the address
 */
public record ContactFilter(
        String search,
        String companyDomain,
        Instant importedSince,
        String email,
        UUID importJobId,
        Map<String, String> attributes,
        Boolean role,
        Boolean disposable) {

    public static final ContactFilter EVERYBODY = new ContactFilter(null, null, null, null, null, null, null, null);

    public ContactFilter {
        attributes = attributes == null ? Map.of() : Map.copyOf(attributes);
    }

    public boolean restricts() {
        return indexed() || scans();
    }

    private boolean indexed() {
        return companyDomain != null || importedSince != null || email != null || importJobId != null;
    }

    /** Whether contacts must be looked at one by one, because no index knows of them what is asked. */
    boolean scans() {
        return search != null || !attributes.isEmpty() || role != null || disposable != null;
    }

    /** Conditions on table {@code contact}, each beginning with AND; their values are {@link #parameters}. */
    public String conditions() {
        return indexedConditions() + scannedConditions();
    }

    public List<Object> parameters() {
        List<Object> parameters = indexedParameters();
        parameters.addAll(scannedParameters());
        return parameters;
    }

    String indexedConditions() {
        return condition(companyDomain, "company_domain = ?")
                + condition(importedSince, "imported_at >= ?")
                + condition(email, "email = ?")
                + condition(importJobId, "import_job_id = ?");
    }

    List<Object> indexedParameters() {
        return present(companyDomain, importedSince, email, importJobId);
    }

    String scannedConditions() {
        return condition(search, "strpos(lower(concat_ws(' ', email, first_name, last_name, company)), ?) > 0")
                + " AND attributes ->> ? = ?".repeat(attributes.size())
                + condition(role, "role_address = ?")
                + condition(disposable, "disposable = ?");
    }

    List<Object> scannedParameters() {
        List<Object> parameters = present(search);
        attributes.forEach((name, value) -> parameters.addAll(List.of(name, value)));
        parameters.addAll(present(role, disposable));
        return parameters;
    }

    private static String condition(Object part, String condition) {
        return part == null ? "" : " AND " + condition;
    }

    private static List<Object> present(Object... parts) {
        List<Object> present = new ArrayList<>();
        for (Object part : parts) {
            if (part != null) {
                present.add(part);
            }
        }
        return present;
    }
}
