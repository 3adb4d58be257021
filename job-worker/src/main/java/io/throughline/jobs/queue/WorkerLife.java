package io.throughline.jobs.queue;

import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.throughline.platform.events.Json;
import io.throughline.platform.time.Ids;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** This replica's worker, from start to drain. */
@Singleton
class WorkerLife {

    private static final Logger LOG = Logger.getLogger(WorkerLife.class);

    private final Worker worker;
    private final LocalWorker local;
    private final Wakeups wakeups;
    private final boolean enabled;
    private boolean drained;

    WorkerLife(
            Leases leases,
            Json json,
            WorkerSettings settings,
            @All List<JobType<?>> types,
            JobMeters meters,
            Wakeups wakeups,
            LocalWorker local,
            Clock clock,
            @ConfigProperty(name = "HOSTNAME", defaultValue = "worker") String host) {
        this.worker = new Worker(
                host + "/" + Ids.next(),
                leases,
                new Runs(json, new Backoff(new SecureRandom())),
                json,
                settings,
                meters,
                clock,
                types);
        this.local = local;
        this.wakeups = wakeups;
        this.enabled = settings.enabled();
    }

    void start(@Observes StartupEvent event) {
        if (enabled) {
            worker.start();
            local.is(worker);
            wakeups.on(Wakeups.DUE, worker::wake);
            wakeups.on(Wakeups.CANCELLED, worker::checkLeases);
        }
    }

    int running() {
        return worker.running();
    }

    void beforeShutdown(@Observes ShutdownDelayInitiatedEvent event) {
        drain();
    }

    void shutdown(@Observes ShutdownEvent event) {
        drain();
    }

    private synchronized void drain() {
        if (!drained && enabled) {
            drained = true;
            local.is(null);
            try {
                worker.drain();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warnf("Could not hand jobs back; they are run again elsewhere. reason=%s", e.getMessage());
            }
        }
    }
}
