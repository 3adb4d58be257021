package io.throughline.analytics.report;

import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads what {@code ingest} keeps. One statement for the state, one for all figures; both by primary keys only. */
@Singleton
class ReportStore {

    static final String STATE = """
            SELECT EXISTS (SELECT FROM known_instance WHERE tenant_id = ? AND instance_id = ?) AS known,
                   (SELECT version FROM instance_version WHERE tenant_id = ? AND instance_id = ?) AS version
            """;

    static final String FIGURES = """
            SELECT 'status' AS figure, status AS name, NULL AS channel, NULL::date AS day, NULL::smallint AS step,
                   enrollments AS total, 0 AS enrollments, 0 AS machine, 0 AS human
            FROM status_tally WHERE tenant_id = ? AND instance_id = ? AND enrollments <> 0
            UNION ALL
            SELECT 'tally', event_type, channel, NULL, step_number, events, enrollments, machine_events, human_enrollments
            FROM tally WHERE tenant_id = ? AND instance_id = ?
            UNION ALL
            SELECT 'day', event_type, channel, day, NULL, events, firsts, 0, 0
            FROM daily_tally WHERE tenant_id = ? AND instance_id = ? AND day >= ?
            """;

    private final Sql sql;

    ReportStore(Sql sql) {
        this.sql = sql;
    }

    /** @param version of the figures; 0: nothing has happened yet */
    record State(boolean known, long version) {}

    /**
     * @param channel empty: any channel
     * @param stepNumber -1: any step
     * @param machineEvents how many of {@code events} came from a prefetcher or scanner
     * @param humanEnrollments those with at least one event that did not
     */
    record Tally(
            String channel,
            String eventType,
            int stepNumber,
            long events,
            long enrollments,
            long machineEvents,
            long humanEnrollments) {
        boolean anyStep() {
            return stepNumber == -1;
        }

        boolean anyChannel() {
            return channel.isEmpty();
        }
    }

    record Figures(Map<String, Long> byStatus, List<Tally> tallies, List<Report.Day> days) {}

    State state(UUID tenant, UUID instance) {
        return sql.one(
                STATE, row -> new State(row.flag("known"), row.number("version")), tenant, instance, tenant, instance);
    }

    /** All figures of the instance, the daily ones from a day on. */
    Figures figures(UUID tenant, UUID instance, LocalDate from) {
        Figures figures = new Figures(new HashMap<>(), new ArrayList<>(), new ArrayList<>());
        sql.list(FIGURES, row -> add(row, figures), tenant, instance, tenant, instance, tenant, instance, from);
        return figures;
    }

    private static boolean add(Row row, Figures figures) {
        String name = row.text("name");
        String channel = row.text("channel");
        long total = row.number("total");
        long enrollments = row.number("enrollments");
        return switch (row.text("figure")) {
            case "status" -> figures.byStatus().put(name, total) == null;
            case "tally" ->
                figures.tallies()
                        .add(new Tally(
                                channel,
                                name,
                                row.integer("step"),
                                total,
                                enrollments,
                                row.number("machine"),
                                row.number("human")));
            default -> figures.days().add(new Report.Day(row.date("day"), channel, name, total, enrollments));
        };
    }
}
