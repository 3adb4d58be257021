package io.throughline.jobs.queue;

import io.throughline.platform.monitor.MonitorSection;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The queue of all replicas; finished jobs are not counted, they are many. */
@Singleton
class QueueSection implements MonitorSection {

    private final Sql sql;
    private final WorkerLife worker;

    QueueSection(Sql sql, WorkerLife worker) {
        this.sql = sql;
        this.worker = worker;
    }

    private record Depth(String type, long pending, long due, long processing, long oldestAgeSeconds) {}

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public Map<String, Object> figures() {
        List<Depth> depths = sql.list(
                """
                SELECT type, count(*) FILTER (WHERE pending) AS pending,
                       count(*) FILTER (WHERE pending AND run_at <= now()) AS due,
                       count(*) FILTER (WHERE NOT pending) AS processing,
                       coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE pending)), 0)::bigint AS age
                FROM (SELECT type, run_at,
                             status = 'pending' AND NOT EXISTS (SELECT FROM job_lease WHERE job_id = id) AS pending
                      FROM job WHERE completed_at IS NULL) AS unfinished
                GROUP BY type
                """,
                row -> new Depth(
                        row.text("type"),
                        row.number("pending"),
                        row.number("due"),
                        row.number("processing"),
                        row.number("age")));
        Map<String, Object> byType = new TreeMap<>();
        depths.forEach(depth -> byType.put(depth.type(), depth));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("pending", depths.stream().mapToLong(Depth::pending).sum());
        figures.put("due", depths.stream().mapToLong(Depth::due).sum());
        figures.put("processing", depths.stream().mapToLong(Depth::processing).sum());
        figures.put(
                "oldestAgeSeconds",
                depths.stream().mapToLong(Depth::oldestAgeSeconds).max().orElse(0));
        figures.put("runningHere", worker.running());
        figures.put("byType", byType);
        return figures;
    }
}
