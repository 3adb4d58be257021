package io.throughline.jobs.workflow;

import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A tenant's definitions, and those that come with the service, which a definition of the tenant's with the same name
 * hides. Every method is one statement.
 */
@Singleton
class Definitions {

    private final Sql sql;
    private final Json json;
    private final BuiltInDefinitions builtIn;

    Definitions(Sql sql, Json json, BuiltInDefinitions builtIn) {
        this.sql = sql;
        this.json = json;
        this.builtIn = builtIn;
    }

    /** @param updatedAt null for a built-in one */
    record Named(String name, boolean builtIn, Definition definition, Instant updatedAt) {
        static Named builtIn(String name, Definition definition) {
            return new Named(name, true, definition, null);
        }
    }

    Named put(UUID tenantId, String name, Definition definition) {
        return sql.one("""
                INSERT INTO workflow_definition (tenant_id, name, definition) VALUES (?, ?, ?::json)
                ON CONFLICT ON CONSTRAINT workflow_definition_is_one_per_name
                DO UPDATE SET definition = EXCLUDED.definition, updated_at = clock_timestamp()
                RETURNING name, definition::text AS definition, updated_at
                """, this::named, tenantId, name, json.text(definition));
    }

    Optional<Named> find(UUID tenantId, String name) {
        return sql.first("""
                        SELECT name, definition::text AS definition, updated_at FROM workflow_definition
                        WHERE tenant_id = ? AND name = ?
                        """, this::named, tenantId, name)
                .or(() -> Optional.ofNullable(builtIn.byName().get(name))
                        .map(definition -> Named.builtIn(name, definition)));
    }

    /** In the order of their names. */
    List<Named> list(UUID tenantId, String after, int limit) {
        SortedMap<String, Named> page = new TreeMap<>();
        builtIn.byName()
                .tailMap(after, false)
                .forEach((name, definition) -> page.put(name, Named.builtIn(name, definition)));
        sql.list("""
                        SELECT name, definition::text AS definition, updated_at FROM workflow_definition
                        WHERE tenant_id = ? AND name > ? ORDER BY name LIMIT ?
                        """, this::named, tenantId, after, limit).forEach(own -> page.put(own.name(), own));
        return page.values().stream().limit(limit).toList();
    }

    /** Whether there was one. */
    boolean remove(UUID tenantId, String name) {
        return sql.update("DELETE FROM workflow_definition WHERE tenant_id = ? AND name = ?", tenantId, name) == 1;
    }

    private Named named(Row row) {
        return new Named(
                row.text("name"),
                false,
                json.read(row.text("definition"), Definition.class),
                row.instant("updated_at"));
    }
}
