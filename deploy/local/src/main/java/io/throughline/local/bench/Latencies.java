package io.throughline.local.bench;

import java.util.Arrays;
import java.util.function.IntConsumer;

/** How long each of many calls took, in milliseconds. */
final class Latencies {

    private final double[] sorted;

    /** @param millis at least one */
    Latencies(double[] millis) {
        if (millis.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        this.sorted = millis.clone();
        Arrays.sort(sorted);
    }

    /** Makes the calls one after the other. @param call gets its number, from 0 */
    static Latencies of(int calls, IntConsumer call) {
        double[] millis = new double[calls];
        for (int number = 0; number < calls; number++) {
            long began = System.nanoTime();
            call.accept(number);
            millis[number] = millisSince(began);
        }
        return new Latencies(millis);
    }

    static double millisSince(long began) {
        return (System.nanoTime() - began) / 1_000_000.0;
    }

    double median() {
        return at(0.5);
    }

    double p95() {
        return at(0.95);
    }

    double p99() {
        return at(0.99);
    }

    double slowest() {
        return sorted[sorted.length - 1];
    }

    /** Nearest rank: the smallest value that at least this share does not exceed. */
    private double at(double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    String withP95() {
        return "%.1f / %.1f / %.1f ms".formatted(median(), p95(), p99());
    }

    @Override
    public String toString() {
        return "%.1f / %.1f ms".formatted(median(), p99());
    }
}
