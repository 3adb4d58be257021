package io.throughline.jobs.queue;

import io.throughline.jobs.queue.JobMeters.Figures;
import io.throughline.jobs.queue.QueueDepth.Depth;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The queue of all replicas; finished jobs are not counted, they are many. What is called {@code here} is this replica's,
 * since it started.
 */
@Singleton
class QueueSection implements MonitorSection {

    private final QueueDepth depth;
    private final JobMeters meters;
    private final WorkerLife worker;

    QueueSection(QueueDepth depth, JobMeters meters, WorkerLife worker) {
        this.depth = depth;
        this.meters = meters;
        this.worker = worker;
    }

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Depth> byType = depth.byType();
        Collection<Depth> depths = byType.values();
        Map<String, Figures> here = meters.figures();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("pending", depths.stream().mapToLong(Depth::pending).sum());
        figures.put("due", depths.stream().mapToLong(Depth::due).sum());
        figures.put("processing", depths.stream().mapToLong(Depth::processing).sum());
        figures.put(
                "oldestAgeSeconds",
                depths.stream().mapToLong(Depth::oldestAgeSeconds).max().orElse(0));
        figures.put("byType", byType);
        figures.put("runningHere", worker.running());
        figures.put(
                "attemptsHere",
                here.values().stream().mapToLong(Figures::attempts).sum());
        figures.put(
                "deathsHere", here.values().stream().mapToLong(Figures::deaths).sum());
        figures.put("byTypeHere", here);
        return figures;
    }
}
