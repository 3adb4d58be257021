package io.throughline.local.supervision;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** Progress for people: a line when something is ready, and every few seconds what is still awaited. */
final class Screen {

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private final long began;
    private final Set<String> awaited = new TreeSet<>();

    Screen(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    synchronized void starting(String name) {
        awaited.add(name);
    }

    synchronized void ready(String name, String where) {
        awaited.remove(name);
        out.printf("  %-20s ready after %5.1f s   %s%n", name, seconds(), where);
        out.flush();
    }

    synchronized void stopping(String text) {
        awaited.clear();
        say(text);
    }

    synchronized void stillWaiting() {
        if (!awaited.isEmpty()) {
            out.printf("  … %.0f s, waiting for %s%n", seconds(), String.join(", ", awaited));
            out.flush();
        }
    }

    synchronized void say(String text) {
        out.println(text);
        out.flush();
    }

    double seconds() {
        return Duration.ofNanos(nanoTime.getAsLong() - began).toMillis() / 1_000.0;
    }
}
