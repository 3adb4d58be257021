package io.throughline.local.server;

import io.throughline.local.stack.RecordedProcess;
import java.io.IOException;
import java.time.Duration;

/**
 * Ends a server that cannot watch its parent itself (PostgreSQL detaches, Redis ignores its input) when the supervisor
 * is gone without a word. A shell waits for the end of its input, which the operating system brings about.
 */
public final class Caretaker implements AutoCloseable {

    private static final String SCRIPT = "while read -r _; do :; done; kill -s \"$1\" \"$2\" 2>/dev/null";

    private final RecordedProcess process;

    private Caretaker(RecordedProcess process) {
        this.process = process;
    }

    /** @param signal {@code INT} for PostgreSQL's fast shutdown, {@code TERM} otherwise */
    public static Caretaker of(RecordedProcess server, String signal) throws IOException {
        Process shell =
                new ProcessBuilder("sh", "-c", SCRIPT, "caretaker", signal, Long.toString(server.pid())).start();
        return new Caretaker(RecordedProcess.of("caretaker of " + server.name(), shell.toHandle()));
    }

    public RecordedProcess process() {
        return process;
    }

    /** Only after its server has ended: the shell must not outlive the purpose, nor fire at a reused pid. */
    @Override
    public void close() {
        process.running().ifPresent(ProcessHandle::destroyForcibly);
        process.end(Duration.ofSeconds(1));
    }
}
