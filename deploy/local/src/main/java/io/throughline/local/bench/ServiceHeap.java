package io.throughline.local.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The used heap of a service, read from its metrics each time another 500,000 events are visible. */
final class ServiceHeap {

    private static final long EVENTS_BETWEEN = 500_000;
    private static final Pattern USED = Pattern.compile("^jvm_memory_used_bytes\\{.*area=\"heap\".*}\\s");
    private static final Pattern LIVE = Pattern.compile("^jvm_gc_live_data_size_bytes(\\{.*})?\\s");

    private final KeptConnection service;
    private final List<Long> used = new ArrayList<>();
    private final List<Long> live = new ArrayList<>();

    ServiceHeap(KeptConnection service) {
        this.service = service;
    }

    void sample(long visible) {
        if (visible / EVENTS_BETWEEN > used.size()) {
            String metrics = service.get("/q/metrics");
            used.add(sum(metrics, USED));
            live.add(sum(metrics, LIVE));
        }
    }

    private static long sum(String metrics, Pattern name) {
        return (long) metrics.lines()
                .filter(line -> name.matcher(line).find())
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    boolean isSampled() {
        return !used.isEmpty();
    }

    @Override
    public String toString() {
        return "used %s, after the last full collection %s".formatted(range(used), range(live));
    }

    private static String range(List<Long> bytes) {
        return "%.0f to %.0f MB"
                .formatted(
                        bytes.stream().mapToLong(Long::longValue).min().orElse(0) / 1e6,
                        bytes.stream().mapToLong(Long::longValue).max().orElse(0) / 1e6);
    }
}
