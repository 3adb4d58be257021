package io.throughline.analytics.live;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.throughline.analytics.AnalyticsErrors;
import io.throughline.analytics.live.LiveStream.Shown;
import io.throughline.analytics.live.VersionStore.Watched;
import io.throughline.analytics.report.ReadReport;
import io.throughline.platform.access.KeyDirectory;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.monitor.MonitorSection;
import io.throughline.platform.sql.SqlFailure;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The streams of this replica, and the one reader that serves them all: a statement for the versions of all watched
 * instances after each pause, none when nobody watches; then, for each report that has become another one, one look into
 * the cache or one computation.
 */
@Singleton
class Streams implements MonitorSection {

    private static final Logger LOG = Logger.getLogger(Streams.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final VersionStore store;
    private final ReadReport reports;
    private final KeyDirectory keys;
    private final LiveSettings settings;
    private final Clock clock;
    private final Set<LiveStream> open = new HashSet<>();
    private final LongAdder pushed = new LongAdder();
    private Thread reader;
    private boolean closed;

    Streams(VersionStore store, ReadReport reports, KeyDirectory keys, LiveSettings settings, Clock clock) {
        this.store = store;
        this.reports = reports;
        this.keys = keys;
        this.settings = settings;
        this.clock = clock;
    }

    /** @throws Problem 429 when the tenant or the replica has as many streams as it may, 503 when the replica goes */
    synchronized void requireRoom(UUID tenant) {
        if (closed) {
            throw new Problem(CommonErrors.UNAVAILABLE, "This replica shuts down.");
        }
        if (streamsOf(tenant) >= settings.streamsPerTenant()) {
            throw full("The tenant has " + settings.streamsPerTenant() + " streams open, the most there may be.");
        }
        if (open.size() >= settings.streams()) {
            throw full("This replica has as many streams as it can bear.");
        }
    }

    private static Problem full(String detail) {
        return new Problem(AnalyticsErrors.TOO_MANY_STREAMS, detail).retryAfter(RETRY_AFTER);
    }

    private long streamsOf(UUID tenant) {
        return open.stream().filter(stream -> stream.tenant().equals(tenant)).count();
    }

    /** Whether there was room. The first stream starts the reader. */
    synchronized boolean join(LiveStream stream) {
        if (closed || open.size() >= settings.streams() || streamsOf(stream.tenant()) >= settings.streamsPerTenant()) {
            return false;
        }
        open.add(stream);
        if (reader == null) {
            reader = Thread.ofVirtual().name("report-streams").start(this::loop);
        }
        notifyAll();
        return true;
    }

    synchronized void leave(LiveStream stream) {
        open.remove(stream);
    }

    Instant now() {
        return clock.instant();
    }

    private void loop() {
        try {
            while (true) {
                awaitStreams();
                try {
                    runOnce();
                } catch (RuntimeException e) {
                    LOG.warnf("Reports are not pushed for now; reason=%s", e.getMessage());
                }
                Thread.sleep(settings.pause());
            }
        } catch (InterruptedException e) {
            LOG.debug("The streams are closed");
        }
    }

    private synchronized void awaitStreams() throws InterruptedException {
        while (open.isEmpty()) {
            wait();
        }
    }

    /** Signs of life, then the reports that have become other ones. At most one statement, and what reports cost. */
    void runOnce() {
        List<LiveStream> streams = allowed();
        streams.forEach(stream -> stream.beat(settings.heartbeat()));
        push(streams.stream().filter(LiveStream::settle).toList());
    }

    /** Streams whose key is still good; the others end. */
    private List<LiveStream> allowed() {
        List<LiveStream> allowed = new ArrayList<>();
        for (LiveStream stream : present()) {
            if (keys.authenticate(stream.apiKey())
                    .filter(caller -> caller.scopes().contains("read"))
                    .isPresent()) {
                allowed.add(stream);
            } else {
                stream.end();
            }
        }
        return allowed;
    }

    private synchronized List<LiveStream> present() {
        return List.copyOf(open);
    }

    private void push(List<LiveStream> streams) {
        if (streams.isEmpty()) {
            return;
        }
        Map<Watched, Long> versions =
                store.versions(streams.stream().map(Streams::watched).collect(Collectors.toSet()));
        Map<ReadReport.Key, List<LiveStream>> moved = new HashMap<>();
        for (LiveStream stream : streams) {
            ReadReport.Key shown = stream.key();
            ReadReport.Key current =
                    reports.key(shown.tenant(), shown.instance(), shown.days(), versions.get(watched(stream)));
            // At midnight the days shown are other ones, too.
            if (!current.equals(shown)) {
                moved.computeIfAbsent(current, key -> new ArrayList<>()).add(stream);
            }
        }
        moved.forEach(this::push);
    }

    private static Watched watched(LiveStream stream) {
        return new Watched(stream.tenant(), stream.key().instance());
    }

    /** One report that cannot be shown holds up no other; a database that does not answer would hold up each. */
    private void push(ReadReport.Key key, List<LiveStream> streams) {
        try {
            Shown report = new Shown(key, reports.read(key).data());
            streams.forEach(stream -> stream.offer(report));
            pushed.add(streams.size());
        } catch (RuntimeException e) {
            if (SqlFailure.mayPass(e)) {
                throw e;
            }
            LOG.errorf(e, "A report cannot be pushed; tenant=%s instance=%s", key.tenant(), key.instance());
        }
    }

    /** For a replica that goes: clients find another one while this one still drains. */
    void sendAway() {
        present().forEach(LiveStream::end);
    }

    void beforeShutdown(@Observes @Priority(1) ShutdownDelayInitiatedEvent event) {
        close();
    }

    void shutdown(@Observes @Priority(1) ShutdownEvent event) {
        close();
    }

    private void close() {
        synchronized (this) {
            closed = true;
            if (reader != null) {
                reader.interrupt();
            }
        }
        sendAway();
    }

    @Override
    public String name() {
        return "live";
    }

    /** @return {@code pushed}: reports since the start, once for each stream, the first of a stream not counted */
    @Override
    public synchronized Map<String, Object> figures() {
        return Map.of("streams", open.size(), "pushed", pushed.sum());
    }
}
