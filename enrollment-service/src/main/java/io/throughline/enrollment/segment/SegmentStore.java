package io.throughline.enrollment.segment;

import io.throughline.enrollment.EnrollmentErrors;
import io.throughline.enrollment.contact.ContactFilter;
import io.throughline.enrollment.contact.FilterRequest;
import io.throughline.enrollment.contact.SavedFilters;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlFailure;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Rows of {@code segment}, always the caller's tenant's; each call is one statement. */
@Singleton
class SegmentStore implements SavedFilters {

    /** As far as a count goes, and how many contacts it looks at: 0.3 s on a slow core. */
    static final int COUNTED = 100_000;

    private static final int LOOKED_AT = 200_000;
    private static final String UNIQUE_VIOLATION = "23505";

    private final Sql sql;
    private final Json json;
    private final CurrentCaller caller;

    SegmentStore(Sql sql, Json json, CurrentCaller caller) {
        this.sql = sql;
        this.json = json;
        this.caller = caller;
    }

    /** Newest first, one more than the limit. */
    List<Segment> page(Cursor after, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(caller.tenantId()));
        if (after != null) {
            parameters.add(after.uuid(0));
        }
        parameters.add(limit + 1);
        return sql.list(
                "SELECT " + Segment.COLUMNS + " FROM segment WHERE tenant_id = ?" + (after == null ? "" : " AND id < ?")
                        + " ORDER BY id DESC LIMIT ?",
                row -> Segment.of(row, json),
                parameters.toArray());
    }

    Optional<Segment> find(UUID id) {
        return sql.first(
                "SELECT " + Segment.COLUMNS + " FROM segment WHERE tenant_id = ? AND id = ?",
                row -> Segment.of(row, json),
                caller.tenantId(),
                id);
    }

    @Override
    public ContactFilter require(String idOrName) {
        return byIdOrName(idOrName)
                .orElseThrow(() -> Problem.notFound("segment", idOrName))
                .filter()
                .checked("/filter");
    }

    private Optional<Segment> byIdOrName(String idOrName) {
        String given = idOrName.replace("\0", "");
        return sql.first(
                "SELECT " + Segment.COLUMNS
                        + " FROM segment WHERE tenant_id = ? AND (id::text = ? OR lower(name) = lower(?))"
                        + " ORDER BY id::text = ? DESC",
                row -> Segment.of(row, json),
                caller.tenantId(),
                given,
                given,
                given);
    }

    /** @throws Problem {@code segment_exists} when another one has the name */
    Segment create(String name, FilterRequest filter) {
        return unique(() -> sql.one(
                "INSERT INTO segment (tenant_id, name, filter) VALUES (?, ?, ?::jsonb) RETURNING " + Segment.COLUMNS,
                row -> Segment.of(row, json),
                caller.tenantId(),
                name,
                json.text(filter)));
    }

    /** @throws Problem {@code segment_exists} when another one has the name */
    Optional<Segment> replace(UUID id, String name, FilterRequest filter) {
        return unique(() -> sql.first(
                "UPDATE segment SET name = ?, filter = ?::jsonb, updated_at = now() WHERE tenant_id = ? AND id = ?"
                        + " RETURNING " + Segment.COLUMNS,
                row -> Segment.of(row, json),
                name,
                json.text(filter),
                caller.tenantId(),
                id));
    }

    boolean delete(UUID id) {
        return sql.update("DELETE FROM segment WHERE tenant_id = ? AND id = ?", caller.tenantId(), id) > 0;
    }

    /** @param more there are others, which were not counted */
    record Count(int count, boolean more) {}

    Count count(ContactFilter filter) {
        List<Object> parameters = new ArrayList<>(List.of(caller.tenantId(), LOOKED_AT));
        parameters.addAll(filter.parameters());
        parameters.add(COUNTED + 1);
        return sql.one(
                """
                WITH looked AS (SELECT * FROM contact WHERE tenant_id = ? ORDER BY id DESC LIMIT ?),
                meant AS (SELECT FROM looked WHERE true%s LIMIT ?)
                SELECT count(*) AS meant, (SELECT count(*) FROM looked) AS looked FROM meant
                """.formatted(filter.conditions()),
                row -> new Count(
                        Math.min(row.integer("meant"), COUNTED),
                        row.integer("meant") > COUNTED || row.integer("looked") == LOOKED_AT),
                parameters.toArray());
    }

    private static <T> T unique(Supplier<T> write) {
        try {
            return write.get();
        } catch (SqlFailure failure) {
            if (failure.state().equals(UNIQUE_VIOLATION)) {
                throw new Problem(EnrollmentErrors.SEGMENT_EXISTS, "Another segment has this name already.")
                        .at("/name", "is the name of another segment");
            }
            throw failure;
        }
    }
}
