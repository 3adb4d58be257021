package io.throughline.local.supervision;

import io.throughline.local.stack.RecordedProcess;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What has been started, to be closed in the reverse order. Starts go on in parallel with a Ctrl-C: what arrives after
 * closing began is closed at once.
 */
final class Started {

    private record Part(String name, AutoCloseable part, List<RecordedProcess> processes) {}

    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean closing;

    <T extends AutoCloseable> T keep(String name, T part, RecordedProcess... processes) {
        boolean late;
        synchronized (this) {
            late = closing;
            if (!late) {
                parts.push(new Part(name, part, List.of(processes)));
            }
        }
        if (late) {
            close(new Part(name, part, List.of()));
            throw new IllegalStateException("stopped while " + name + " was starting");
        }
        return part;
    }

    synchronized List<RecordedProcess> processes() {
        List<RecordedProcess> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.processes()));
        return all;
    }

    void closeAll() {
        synchronized (this) {
            closing = true;
        }
        for (Part part = next(); part != null; part = next()) {
            close(part);
        }
    }

    private synchronized Part next() {
        return parts.poll();
    }

    private static void close(Part part) {
        try {
            part.part().close();
        } catch (Exception failed) {
            System.err.println("  " + part.name() + " did not stop cleanly: " + failed);
        }
    }
}
