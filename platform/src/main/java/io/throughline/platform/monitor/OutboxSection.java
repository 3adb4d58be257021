package io.throughline.platform.monitor;

import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Map;

@Singleton
class OutboxSection implements MonitorSection {

    private final Sql sql;

    OutboxSection(Sql sql) {
        this.sql = sql;
    }

    @Override
    public String name() {
        return "outbox";
    }

    /** Depth counts to 100,000 and stops: a monitor must not be the load. */
    @Override
    public Map<String, Object> figures() {
        return sql.one("""
                SELECT count(*) AS depth,
                       coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::bigint AS age
                FROM (SELECT created_at FROM outbox ORDER BY id LIMIT 100000) AS waiting
                """, row -> Map.of("depth", row.number("depth"), "oldestAgeSeconds", row.number("age")));
    }
}
