package io.throughline.local.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The heap that a service keeps: what is used after a full collection, each time another 500,000 events are visible. */
final class ServiceHeap {

    private static final long EVENTS_BETWEEN = 500_000;
    private static final Pattern USED = Pattern.compile("^jvm_memory_used_bytes\\{.*area=\"heap\".*}\\s");

    /** Makes the service collect all its garbage. */
    @FunctionalInterface
    interface Collection {
        void run() throws Exception;

        static Collection of(long pid) {
            String jcmd = System.getProperty("java.home") + "/bin/jcmd";
            return () -> {
                int ended = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start()
                        .waitFor();
                if (ended != 0) {
                    throw new IllegalStateException("jcmd " + pid + " GC.run ended with " + ended);
                }
            };
        }
    }

    private final KeptConnection service;
    private final Collection collection;
    private final List<Double> megabytes = new ArrayList<>();

    ServiceHeap(KeptConnection service, Collection collection) {
        this.service = service;
        this.collection = collection;
    }

    void sample(long visible) {
        if (visible / EVENTS_BETWEEN > megabytes.size()) {
            try {
                collection.run();
            } catch (Exception failed) {
                throw new IllegalStateException("the service's heap could not be collected", failed);
            }
            double now = service.get("/q/metrics")
                            .lines()
                            .filter(line -> USED.matcher(line).find())
                            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                            .sum()
                    / 1e6;
            megabytes.add(now);
            System.out.println("  %,d events visible, heap after a full collection %.0f MB".formatted(visible, now));
        }
    }

    /** Largest to smallest. */
    double spread() {
        return Collections.max(megabytes) / Collections.min(megabytes);
    }

    @Override
    public String toString() {
        return megabytes.stream().map("%.0f"::formatted).collect(Collectors.joining(", ")) + " MB";
    }
}
