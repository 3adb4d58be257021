package io.throughline.enrollment.enrolling;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * An enrollment as the API shows it.
 *
 * @param email null when the contact has been deleted
 * @param stepNumber the last step sent; 0 before the first
 * @param waitsFor the enrollment of the same contact that must end before this one goes on; null: none
 */
record Enrollment(
        UUID id,
        UUID instanceId,
        UUID contactId,
        String email,
        String status,
        int stepNumber,
        UUID waitsFor,
        Map<String, Object> metadata,
        Instant enrolledAt,
        Instant updatedAt) {

    static final String SELECT = """
            SELECT e.id, e.instance_id, e.contact_id, c.email, e.status, e.step_number, e.waits_for, e.metadata,
                   e.enrolled_at, e.updated_at
            FROM enrollment e LEFT JOIN contact c ON c.tenant_id = e.tenant_id AND c.id = e.contact_id
            WHERE e.tenant_id = ?
            """;

    static Enrollment of(Row row, Json json) {
        return new Enrollment(
                row.uuid("id"),
                row.uuid("instance_id"),
                row.uuid("contact_id"),
                row.text("email"),
                row.text("status"),
                row.integer("step_number"),
                row.uuid("waits_for"),
                json.read(row.text("metadata"), new TypeReference<Map<String, Object>>() {}),
                row.instant("enrolled_at"),
                row.instant("updated_at"));
    }
}
