package io.throughline.enrollment.sequence;

import io.throughline.platform.monitor.MonitorSection;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Map;

/** Of all tenants; counts stop at 10,000, because a monitor must not be the load. */
@Singleton
class SequenceSection implements MonitorSection {

    private final Sql sql;

    SequenceSection(Sql sql) {
        this.sql = sql;
    }

    @Override
    public String name() {
        return "sequence";
    }

    @Override
    public Map<String, Object> figures() {
        return sql.one(
                """
                SELECT (SELECT count(*) FROM
                           (SELECT FROM instance_copy i JOIN enrollment e ON e.instance_id = i.id
                            WHERE i.status = 'active' AND i.first_due_at <= now()
                              AND e.status IN ('pending', 'active') AND e.due_at <= now()
                              AND e.waits_for IS NULL
                            LIMIT 10000) AS due) AS due,
                       (SELECT count(*) FROM
                           (SELECT FROM message WHERE status IN ('planned', 'unknown') AND status = 'planned'
                            LIMIT 10000) AS awaiting) AS awaiting,
                       (SELECT count(*) FROM
                           (SELECT FROM message WHERE status IN ('planned', 'unknown') AND status = 'unknown'
                            LIMIT 10000) AS held) AS held
                """,
                row -> Map.of(
                        "due", row.number("due"), "awaiting", row.number("awaiting"), "held", row.number("held")));
    }
}
