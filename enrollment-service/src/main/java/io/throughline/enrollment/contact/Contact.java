package io.throughline.enrollment.contact;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** A contact as the API shows it. */
record Contact(
        UUID id,
        String email,
        String firstName,
        String lastName,
        String company,
        String companyDomain,
        Map<String, Object> attributes,
        Instant importedAt) {

    static final String COLUMNS = "id, email, first_name, last_name, company, company_domain, attributes, imported_at";

    static Contact of(Row row, Json json) {
        return new Contact(
                row.uuid("id"),
                row.text("email"),
                row.text("first_name"),
                row.text("last_name"),
                row.text("company"),
                row.text("company_domain"),
                json.read(row.text("attributes"), new TypeReference<Map<String, Object>>() {}),
                row.instant("imported_at"));
    }
}
