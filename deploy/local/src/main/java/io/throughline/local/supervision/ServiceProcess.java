package io.throughline.local.supervision;

import io.throughline.local.stack.Child;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.stack.Service;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One service and its successors: started again within a second of its death, on the same port, until it has died five
 * times within a minute without becoming ready in between.
 *
 * <pre>{@code
 * stateDiagram-v2
 *   starting --> ready: health answers 200
 *   starting --> starting: died
 *   ready --> starting: died
 *   starting --> givenUp: fifth death in 60 s
 *   ready --> ended: close
 *   starting --> ended: close
 * }</pre>
 */
final class ServiceProcess implements AutoCloseable {

    /** A service drains for up to 20 s; the rest is for the JVM to end. */
    static final Duration DRAIN = Duration.ofSeconds(22);

    private static final Duration PAUSE = Duration.ofMillis(300);

    private final Service service;
    private final int port;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final Readiness readiness;
    private final Runnable changed;
    private final Duration patience;
    private final Deaths deaths = new Deaths();
    private final CountDownLatch settled = new CountDownLatch(1);

    private volatile Process process;
    private volatile boolean ready;
    private volatile boolean closing;
    private volatile boolean givenUp;
    private volatile String note = "starting";

    /**
     * @param changed told after every change of pid or readiness
     * @param patience how long it may take to end when it is asked to
     */
    ServiceProcess(
            Service service,
            int port,
            List<String> command,
            Map<String, String> environment,
            Path log,
            Readiness readiness,
            Runnable changed,
            Duration patience) {
        this.service = service;
        this.port = port;
        this.command = command;
        this.environment = environment;
        this.log = log;
        this.readiness = readiness;
        this.changed = changed;
        this.patience = patience;
    }

    void start() throws IOException {
        Child.rotate(log);
        launch();
        Thread.ofVirtual().name("watch " + service.title()).start(this::watch);
    }

    /** @return false when it was given up or is not ready in time */
    boolean awaitReady(Duration limit) throws InterruptedException {
        return settled.await(limit.toMillis(), TimeUnit.MILLISECONDS) && ready;
    }

    private synchronized void launch() throws IOException {
        if (!closing) {
            process = Child.start(command, environment, log);
            changed.run();
        }
    }

    private void watch() {
        try {
            while (!closing && !givenUp) {
                watchOne(process);
                if (!closing) {
                    died();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException unstartable) {
            giveUp("cannot be started: " + unstartable.getMessage());
        }
    }

    private void watchOne(Process current) throws InterruptedException {
        while (!ready && !current.waitFor(150, TimeUnit.MILLISECONDS)) {
            if (readiness.of(port)) {
                ready = true;
                note = null;
                deaths.forget();
                settled.countDown();
                changed.run();
            }
        }
        current.waitFor();
    }

    private void died() throws InterruptedException, IOException {
        ready = false;
        note = "ended with exit code " + process.exitValue() + " and was started again";
        if (deaths.addAndTellWhetherTooMany(Instant.now())) {
            giveUp("given up: died " + Deaths.LIMIT + " times within a minute, last with exit code "
                    + process.exitValue() + "; see ./throughline logs " + service.title());
            return;
        }
        Thread.sleep(PAUSE);
        launch();
    }

    private void giveUp(String reason) {
        ready = false;
        note = reason;
        givenUp = true;
        settled.countDown();
        changed.run();
    }

    StackState.ServiceState state() {
        return new StackState.ServiceState(process == null ? 0 : process.pid(), port, ready, note);
    }

    RecordedProcess recorded() {
        return RecordedProcess.of(service.title(), process.toHandle());
    }

    boolean isStarted() {
        return process != null;
    }

    boolean isGivenUp() {
        return givenUp;
    }

    Service service() {
        return service;
    }

    int port() {
        return port;
    }

    String note() {
        return note;
    }

    Path log() {
        return log;
    }

    @Override
    public void close() {
        Process last;
        synchronized (this) {
            closing = true;
            last = process;
        }
        if (last != null && last.isAlive()) {
            RecordedProcess.of(service.title(), last.toHandle()).end(patience);
        }
    }
}
