package io.throughline.enrollment.contact;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A contact as the API shows it.
 *
 * @param marks of the address: {@code role, disposable}
 */
public record Contact(
        UUID id,
        String email,
        String firstName,
        String lastName,
        String company,
        String companyDomain,
        Map<String, Object> attributes,
        List<String> marks,
        Instant importedAt) {

    static final String COLUMNS = "id, email, first_name, last_name, company, company_domain, attributes, role_address,"
            + " disposable, imported_at";

    static Contact of(Row row, Json json) {
        return new Contact(
                row.uuid("id"),
                row.text("email"),
                row.text("first_name"),
                row.text("last_name"),
                row.text("company"),
                row.text("company_domain"),
                json.read(row.text("attributes"), new TypeReference<Map<String, Object>>() {}),
                new EmailMarks(row.flag("role_address"), row.flag("disposable")).names(),
                row.instant("imported_at"));
    }
}
