package io.throughline.analytics.overview;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.analytics.report.Report;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Reads the figures of a page of instances in one statement, by primary keys only. Each subquery is one descent in an
 * index and cannot become a join, so no plan depends on statistics. For an instance it touches its row of
 * {@code known_instance} and {@code instance_version}, its statuses, at most 7 rows of {@code tally}, and of
 * {@code daily_tally} at most 7 per channel and day.
 */
@Singleton
class OverviewStore {

    static final String PAGE = """
            SELECT instance_id,
                   (SELECT version FROM instance_version AS moved
                    WHERE moved.tenant_id = page.tenant_id AND moved.instance_id = page.instance_id) AS version,
                   (SELECT sum(enrollments) FROM status_tally AS status
                    WHERE status.tenant_id = page.tenant_id AND status.instance_id = page.instance_id) AS enrolled,
                   (SELECT json_object_agg(event_type,
                                           json_build_object('all', enrollments, 'human', human_enrollments))
                    FROM tally
                    WHERE tally.tenant_id = page.tenant_id AND tally.instance_id = page.instance_id
                      AND channel = '' AND step_number = -1
                      AND event_type IN ('sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'unsubscribed')
                   ) AS reached,
                   (SELECT json_object_agg(event_type, firsts)
                    FROM (SELECT event_type, sum(firsts) AS firsts FROM daily_tally AS daily
                          WHERE daily.tenant_id = page.tenant_id AND daily.instance_id = page.instance_id
                            AND day >= ?
                            AND event_type IN ('sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced',
                                               'unsubscribed')
                          GROUP BY event_type) AS lately) AS lately
            FROM (SELECT tenant_id, instance_id FROM known_instance
                  WHERE tenant_id = ? AND instance_id < ?
                  ORDER BY instance_id DESC LIMIT ?) AS page
            ORDER BY instance_id DESC
            """;

    /** Behind every id. */
    private static final UUID LAST = new UUID(-1, -1);

    private static final TypeReference<Map<String, Report.Reached>> REACHED = new TypeReference<>() {};
    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};

    private final Sql sql;
    private final Json json;

    OverviewStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /**
     * @param version of the figures; 0: nothing has happened yet
     * @param reached distinct enrollments by event type, since the beginning
     * @param lately first occurrences by event type, on the days asked for
     */
    record Figures(
            UUID instanceId,
            long version,
            long enrolled,
            Map<String, Report.Reached> reached,
            Map<String, Long> lately) {}

    /** At most {@code limit} instances, the newest first. @param before null: from the newest on */
    List<Figures> page(UUID tenant, UUID before, LocalDate from, int limit) {
        return sql.list(PAGE, this::figures, from, tenant, before == null ? LAST : before, limit);
    }

    private Figures figures(Row row) {
        return new Figures(
                row.uuid("instance_id"),
                row.number("version"),
                row.number("enrolled"),
                read(row.text("reached"), REACHED),
                read(row.text("lately"), COUNTS));
    }

    private <T> Map<String, T> read(String object, TypeReference<Map<String, T>> type) {
        return object == null ? Map.of() : json.read(object, type);
    }
}
