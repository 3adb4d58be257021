package io.throughline.local.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The heap that a service keeps: what a full collection leaves alive, each time so many more have passed. */
final class ServiceHeap {

    private static final long EVENTS_BETWEEN = 500_000;
    /** A batch may be in hand at the moment of one sample, not of all: the least counts. */
    private static final int SAMPLES = 3;

    /** The last line of a class histogram: instances and bytes. */
    private static final Pattern TOTAL = Pattern.compile("^Total\\s+\\d+\\s+(\\d+)$", Pattern.MULTILINE);

    private final Callable<String> histogram;
    private final long between;
    private final String passed;
    private final List<Double> megabytes = new ArrayList<>();

    /** Every 500,000 events. @param histogram of live objects, as {@link #histogramOf} makes it */
    ServiceHeap(Callable<String> histogram) {
        this(histogram, EVENTS_BETWEEN, "events visible");
    }

    /** @param passed what is counted, for people */
    ServiceHeap(Callable<String> histogram, long between, String passed) {
        this.histogram = histogram;
        this.between = between;
        this.passed = passed;
    }

    /** Collects all garbage and counts what is alive at that moment, in the JVM itself: nothing is allocated in between. */
    static String histogramOf(long pid) throws Exception {
        Process jcmd = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/jcmd", Long.toString(pid), "GC.class_histogram")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(jcmd.getInputStream().readAllBytes());
        int ended = jcmd.waitFor();
        if (ended != 0) {
            throw new IllegalStateException("jcmd " + pid + " GC.class_histogram ended with " + ended);
        }
        return printed;
    }

    /** @param count that has passed so far; where several steps were made at once there is one sample */
    void sample(long count) {
        if (count / between > megabytes.size()) {
            double now = LongStream.generate(this::alive).limit(SAMPLES).min().orElseThrow() / 1e6;
            megabytes.add(now);
            System.out.println("  %,d %s, %.1f MB alive after a full collection".formatted(count, passed, now));
        }
    }

    private long alive() {
        try {
            return aliveIn(histogram.call());
        } catch (Exception failed) {
            throw new IllegalStateException("the service's heap could not be collected", failed);
        }
    }

    /** Bytes. */
    static long aliveIn(String histogram) {
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IllegalStateException("the histogram has no total");
        }
        return Long.parseLong(total.group(1));
    }

    /** Largest to smallest. */
    double spread() {
        return Collections.max(megabytes) / Collections.min(megabytes);
    }

    /** Last to first; 1 without two samples. */
    double growth() {
        return megabytes.isEmpty() ? 1 : megabytes.getLast() / megabytes.getFirst();
    }

    @Override
    public String toString() {
        return megabytes.stream().map("%.0f"::formatted).collect(Collectors.joining(", ")) + " MB";
    }
}
