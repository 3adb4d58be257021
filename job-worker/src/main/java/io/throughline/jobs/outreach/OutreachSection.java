package io.throughline.jobs.outreach;

import io.throughline.platform.monitor.MonitorSection;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.Map;

/** Counts to 100,000 each and stops: a monitor must not be the load. The connections are this worker's. */
@Singleton
class OutreachSection implements MonitorSection {

    private final Sql sql;
    private final Connections connections;

    OutreachSection(Sql sql, Connections connections) {
        this.sql = sql;
        this.connections = connections;
    }

    @Override
    public String name() {
        return "outreach";
    }

    @Override
    public Map<String, Object> figures() {
        return sql.one(
                """
                SELECT (SELECT count(*) FROM (SELECT FROM outreach_message
                        WHERE status = 'queued' LIMIT 100000) AS counted) AS queued,
                       (SELECT count(*) FROM (SELECT FROM outreach_message
                        WHERE status = 'transmitting' LIMIT 100000) AS counted) AS transmitting,
                       (SELECT count(*) FROM (SELECT FROM outreach_message
                        WHERE status = 'unknown' LIMIT 100000) AS counted) AS unknown,
                       (SELECT count(*) FROM (SELECT FROM outreach_message WHERE held LIMIT 100000) AS counted) AS held
                """,
                row -> Map.of(
                        "queued", row.number("queued"),
                        "transmitting", row.number("transmitting"),
                        "unknown", row.number("unknown"),
                        "held", row.number("held"),
                        "openConnections", connections.open()));
    }
}
