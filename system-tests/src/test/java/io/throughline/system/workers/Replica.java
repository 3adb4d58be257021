package io.throughline.system.workers;

import io.throughline.local.server.Caretaker;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.supervision.Readiness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One place in the fleet: job-workers one after another on the same port. Each process has a name of its own, such as
 * {@code replica-2.5}, that it goes by in the database too.
 */
final class Replica implements AutoCloseable {

    /** Stops a process until our end of the pipe is closed, which the end of the test's own process does as well. */
    private static final String FREEZE =
            "kill -s STOP \"$1\" && echo stopped; while read -r _; do :; done; kill -s CONT \"$1\" 2>/dev/null";

    private final String name;
    private final int port;
    private final Path logs;
    private final List<String> command;
    private final Function<String, Map<String, String>> environment;
    private final Readiness readiness = new Readiness();
    private int started;
    private boolean wanted;
    private Process process;
    private volatile Process lastReady;
    private Process ice;

    /** @param environment of the process with that name */
    Replica(String name, int port, Path logs, List<String> command, Function<String, Map<String, String>> environment) {
        this.name = name;
        this.port = port;
        this.logs = logs;
        this.command = command;
        this.environment = environment;
    }

    synchronized void start() throws IOException {
        started++;
        wanted = true;
        Map<String, String> own = new HashMap<>(environment.apply(process()));
        own.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        Process begun = Child.start(command, own, log());
        process = begun;
        Caretaker caretaker = Caretaker.of(RecordedProcess.of(process(), begun.toHandle()), "KILL");
        begun.onExit().thenRun(() -> {
            caretaker.close();
            ended(begun);
        });
    }

    /** As an operator's supervisor does: what cannot start, because the database takes long to answer, is started again. */
    private synchronized void ended(Process ended) {
        if (!wanted || process != ended) {
            return;
        }
        System.out.println(process() + " ended by itself with " + ended.exitValue() + " and is started again");
        try {
            start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the process at hand is called. */
    synchronized String process() {
        return name + "." + started;
    }

    /** The end of its log. */
    String lastWords() {
        return Child.tail(log());
    }

    /** How many times its log says that. */
    int said(String text) throws IOException {
        return Files.readString(log()).split(text, -1).length - 1;
    }

    private Path log() {
        return logs.resolve(name + ".log");
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** It runs and says that it takes requests. */
    boolean ready() {
        Process asked = current();
        boolean ready = isWanted() && readiness.of(port);
        if (ready) {
            lastReady = asked;
        }
        return ready;
    }

    /** It runs and has said so before; costs nothing to ask. */
    synchronized boolean takesRequests() {
        return isWanted() && lastReady == process;
    }

    private synchronized boolean isWanted() {
        return wanted && isRunning() && !isFrozen();
    }

    private synchronized Process current() {
        return process;
    }

    synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    synchronized boolean isFrozen() {
        return ice != null && ice.isAlive();
    }

    /** After a test that ended in the middle of something. */
    synchronized void restore() throws IOException {
        wake();
        if (!isRunning()) {
            start();
        }
    }

    /** {@code kill -9}. */
    synchronized void kill() throws InterruptedException {
        wanted = false;
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM. @return the process, which ends when it has drained */
    synchronized Process terminate() {
        wanted = false;
        lastReady = null;
        process.destroy();
        return process;
    }

    /** SIGSTOP, until {@link #wake}. */
    synchronized void freeze() throws IOException {
        ice = new ProcessBuilder("sh", "-c", FREEZE, "freeze", Long.toString(process.pid())).start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(ice.getInputStream(), StandardCharsets.UTF_8))) {
            if (!"stopped".equals(said.readLine())) {
                throw new IOException(process() + " could not be stopped");
            }
        }
    }

    /** SIGCONT, if it is frozen. */
    synchronized void wake() {
        if (!isFrozen()) {
            return;
        }
        try {
            ice.getOutputStream().close();
            ice.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        wanted = false;
        wake();
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
