package io.throughline.analytics.live;

import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The versions of any number of instances: one statement, one descent in the primary key for each. */
@Singleton
class VersionStore {

    static final String VERSIONS = """
            SELECT tenant_id, instance_id,
                   (SELECT version FROM instance_version AS moved
                    WHERE moved.tenant_id = watched.tenant_id AND moved.instance_id = watched.instance_id) AS version
            FROM unnest(?, ?) AS watched (tenant_id, instance_id)
            """;

    private final Sql sql;

    VersionStore(Sql sql) {
        this.sql = sql;
    }

    record Watched(UUID tenant, UUID instance) {}

    /** 0 for an instance to which nothing has happened yet. */
    Map<Watched, Long> versions(Collection<Watched> instances) {
        Map<Watched, Long> versions = new HashMap<>();
        sql.list(
                VERSIONS,
                row -> versions.put(new Watched(row.uuid("tenant_id"), row.uuid("instance_id")), row.number("version")),
                Sql.column("uuid", instances, Watched::tenant),
                Sql.column("uuid", instances, Watched::instance));
        return versions;
    }
}
