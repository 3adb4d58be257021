package io.throughline.jobs.outreach;

import io.quarkus.runtime.ShutdownEvent;
import io.throughline.jobs.outreach.MessageStore.Letter;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** The connections of this worker to the mail server: few, shared by all jobs, kept while they are busy. */
@Singleton
class Connections implements Carrier {

    private static final Logger LOG = Logger.getLogger(Connections.class);
    /** Idle for longer, a connection is asked whether it still stands. */
    private static final Duration TRUSTED = Duration.ofSeconds(1);
    /** What is under way at shutdown gets this to be recorded. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final int TRIES = 5;
    private static final int AFTER_THE_WORKER = Interceptor.Priority.APPLICATION + 600;

    private final Optional<SmtpServer> server;
    private final Optional<SendingPace> pace;
    private final Links links;
    private final Clock clock;
    private final SmtpSettings settings;
    private final int size;
    private final Duration idle;
    private final Semaphore free;
    private final Deque<Idle> waiting = new ArrayDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("smtp-timer").factory());

    private record Idle(SmtpConnection connection, long sinceNanos) {
        boolean longerThan(Duration time) {
            return System.nanoTime() - sinceNanos > time.toNanos();
        }
    }

    Connections(SmtpSettings settings, Links links, Clock clock) {
        this.pace = settings.rate().map(SendingPace::new);
        this.links = links;
        timer.setRemoveOnCancelPolicy(true);
        this.server = settings.url().filter(url -> !url.isBlank()).map(url -> new SmtpServer(url, settings, timer));
        this.clock = clock;
        this.settings = settings;
        this.size = settings.connections();
        this.idle = settings.idle();
        this.free = new Semaphore(size, true);
        long look = Math.max(50, idle.toMillis() / 5);
        timer.scheduleWithFixedDelay(this::closeIdle, look, look, TimeUnit.MILLISECONDS);
    }

    @Override
    public Set<String> channels() {
        return Set.of("email");
    }

    @Override
    public Terms terms() {
        return new Terms(
                "smtp_unavailable",
                TRIES,
                settings.deferral(),
                settings.patience(),
                settings.absence(),
                settings.giveUp());
    }

    /** A connection for the time of a chunk; closing gives it back. */
    final class Borrowed implements Line {
        private final SmtpConnection connection;

        private Borrowed(SmtpConnection connection) {
            this.connection = connection;
        }

        @Override
        public boolean usable() {
            return connection.usable();
        }

        /** No more mails than may be sent. */
        @Override
        public void awaitTurn() throws InterruptedException {
            if (pace.isPresent()) {
                Thread.sleep(pace.get().take(System.nanoTime()));
            }
        }

        @Override
        public Delivery send(Letter letter) {
            return connection.send(letter);
        }

        @Override
        public void close() {
            if (connection.usable()) {
                synchronized (waiting) {
                    waiting.push(new Idle(connection, System.nanoTime()));
                }
            } else {
                end(connection);
            }
            free.release();
        }
    }

    /** Waits for one to be free. */
    @Override
    public Borrowed borrow() throws InterruptedException, Unreachable {
        free.acquire();
        try {
            SmtpConnection connection = reused();
            return new Borrowed(connection == null ? opened() : connection);
        } catch (Unreachable | RuntimeException | Error e) {
            free.release();
            throw e;
        }
    }

    private SmtpConnection reused() {
        while (true) {
            Idle last;
            synchronized (waiting) {
                last = waiting.poll();
            }
            if (last == null || !last.longerThan(TRUSTED) || last.connection().alive()) {
                return last == null ? null : last.connection();
            }
            end(last.connection());
        }
    }

    private SmtpConnection opened() throws Unreachable {
        SmtpConnection connection = SmtpConnection.open(
                server.orElseThrow(() -> new Unreachable("no mail server is configured")), links, clock);
        open.incrementAndGet();
        return connection;
    }

    private void end(SmtpConnection connection) {
        connection.close();
        open.decrementAndGet();
    }

    int open() {
        return open.get();
    }

    private void closeIdle() {
        while (true) {
            SmtpConnection oldest;
            synchronized (waiting) {
                if (waiting.isEmpty() || !waiting.peekLast().longerThan(idle)) {
                    return;
                }
                oldest = waiting.pollLast().connection();
            }
            end(oldest);
        }
    }

    /** The runs have been told to stop; the mail that each is at is finished and recorded before the database goes. */
    void shutdown(@Observes @Priority(AFTER_THE_WORKER) ShutdownEvent event) {
        try {
            if (!free.tryAcquire(size, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Mails are under way still; what becomes of them is not recorded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timer.shutdownNow();
        synchronized (waiting) {
            waiting.forEach(each -> each.connection().close());
            waiting.clear();
        }
    }
}
