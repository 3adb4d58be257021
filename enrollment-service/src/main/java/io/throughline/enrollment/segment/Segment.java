package io.throughline.enrollment.segment;

import io.throughline.enrollment.contact.FilterRequest;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import java.time.Instant;
import java.util.UUID;

/** A segment as the API shows it. */
record Segment(UUID id, String name, FilterRequest filter, Instant createdAt, Instant updatedAt) {

    static final String COLUMNS = "id, name, filter, created_at, updated_at";

    static Segment of(Row row, Json json) {
        return new Segment(
                row.uuid("id"),
                row.text("name"),
                json.read(row.text("filter"), FilterRequest.class),
                row.instant("created_at"),
                row.instant("updated_at"));
    }
}
