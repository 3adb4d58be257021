package io.throughline.jobs.push;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.throughline.jobs.queue.Wakeups;
import io.throughline.platform.events.Json;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * The clients of this replica, and the one reader of {@code job_event} that serves them all: one statement per wake-up
 * or per 250 ms while there are clients, none when there are none.
 */
@Singleton
class Streams {

    private static final Logger LOG = Logger.getLogger(Streams.class);
    private static final int POLL_MILLIS = 250;
    /** Events are there, but an older transaction still runs. */
    private static final int UNSETTLED_MILLIS = 10;

    private static final int AFTER_FAULT_MILLIS = 1000;

    private final Floor floor;
    private final GoneKeys keys;
    private final Semaphore wakes = new Semaphore(0);
    private final LongAdder sent = new LongAdder();
    private final LongAdder droppedSlow = new LongAdder();
    private final Thread reader =
            Thread.ofPlatform().daemon().name("jobs-stream").unstarted(this::loop);

    private final Map<UUID, Set<Client>> present = new HashMap<>();
    private final Map<UUID, Set<Client>> live = new HashMap<>();
    private Position reached;
    /** Changes when a page being read may lack events of a tenant that has come, or begins elsewhere. */
    private long version;

    private volatile boolean closed;

    Streams(JobEvents events, Json json, PushSettings settings, Clock clock, GoneKeys keys) {
        this.floor = new Floor(events, json, settings, clock);
        this.keys = keys;
    }

    /** What every client stands on. */
    record Floor(JobEvents events, Json json, PushSettings settings, Clock clock) {}

    void start(@Observes StartupEvent event, Wakeups wakeups) {
        wakeups.on(Wakeups.MOVED, wakes::release);
        keys.start(keyId -> end(client -> client.subscription().caller().keyId().equals(keyId), Ending.KEY_GONE));
        reader.start();
    }

    /** Whether another client of the tenant's finds room, for now. */
    synchronized boolean hasRoom(UUID tenantId) {
        return !closed
                && present.values().stream().mapToInt(Set::size).sum()
                        < floor.settings().clients()
                && present.getOrDefault(tenantId, Set.of()).size()
                        < floor.settings().clientsPerTenant();
    }

    /** Begins a stream; one that finds no room any more is ended at once. */
    Client open(Subscription subscription, Outlet outlet) {
        UUID tenantId = subscription.caller().tenantId();
        Client client = new Client(subscription, outlet, this, floor);
        synchronized (this) {
            if (hasRoom(tenantId)) {
                present.computeIfAbsent(tenantId, id -> new HashSet<>()).add(client);
                client.start();
                return client;
            }
        }
        client.end(closed ? Ending.GOING_AWAY : Ending.TRY_AGAIN);
        return client;
    }

    /**
     * From now on the client is offered what is behind the answered position, or behind {@code known} if that is later.
     */
    synchronized Position join(Client client, Position known) {
        UUID tenantId = client.subscription().caller().tenantId();
        if (live.isEmpty()) {
            reached = known;
            version++;
        }
        if (!live.containsKey(tenantId)) {
            version++;
        }
        client.knows(known.isAfter(reached) ? known : reached);
        live.computeIfAbsent(tenantId, id -> new HashSet<>()).add(client);
        notifyAll();
        return reached;
    }

    synchronized void leave(Client client) {
        remove(present, client);
        remove(live, client);
    }

    private static void remove(Map<UUID, Set<Client>> clients, Client client) {
        clients.computeIfPresent(client.subscription().caller().tenantId(), (tenantId, of) -> {
            of.remove(client);
            return of.isEmpty() ? null : of;
        });
    }

    Instant expiry(UUID keyId) {
        return keys.expiry(keyId);
    }

    void countSent() {
        sent.increment();
    }

    void countSlow() {
        droppedSlow.increment();
    }

    record Figures(int clients, long sent, long droppedSlow) {}

    synchronized Figures figures() {
        return new Figures(present.values().stream().mapToInt(Set::size).sum(), sent.sum(), droppedSlow.sum());
    }

    private void loop() {
        while (!closed) {
            try {
                wakes.tryAcquire(runOnce(), TimeUnit.MILLISECONDS);
                wakes.drainPermits();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warnf("The streams wait; reason=%s", e.getMessage());
                pauseAfterFault();
            }
        }
    }

    private void pauseAfterFault() {
        try {
            Thread.sleep(AFTER_FAULT_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Waits for clients, reads one page and offers it. For how many milliseconds nothing else is to be expected. */
    private int runOnce() throws InterruptedException {
        Position after;
        Set<UUID> tenants;
        long begun;
        synchronized (this) {
            while (live.isEmpty()) {
                wait();
            }
            after = reached;
            tenants = Set.copyOf(live.keySet());
            begun = version;
        }
        JobEvents.Page page = floor.events().next(after, tenants);
        synchronized (this) {
            if (begun != version) {
                return 0;
            }
            page.events().forEach(this::offer);
            reached = page.reached();
        }
        return page.more() ? 0 : page.unsettled() ? UNSETTLED_MILLIS : POLL_MILLIS;
    }

    private void offer(Moved event) {
        List<Client> takers = live.getOrDefault(event.tenantId(), Set.of()).stream()
                .filter(client -> client.takes(event))
                .toList();
        if (takers.isEmpty()) {
            return;
        }
        try {
            Message message = Message.of(event, floor.json());
            takers.forEach(client -> client.offer(message));
        } catch (UncheckedIOException e) {
            LOG.errorf(
                    e, "An event cannot be shown; event=%d job=%s", event.at().id(), event.jobId());
        }
    }

    private void end(Predicate<Client> which, Ending why) {
        List<Client> leaving;
        synchronized (this) {
            leaving =
                    present.values().stream().flatMap(Set::stream).filter(which).toList();
        }
        leaving.forEach(client -> client.end(why));
    }

    /** For a replica that goes: clients find another one while this one still drains. */
    void sendAway() {
        end(client -> true, Ending.GOING_AWAY);
    }

    /** Before the worker drains, which takes longer. */
    void beforeShutdown(@Observes @Priority(1) ShutdownDelayInitiatedEvent event) {
        close();
    }

    void shutdown(@Observes @Priority(1) ShutdownEvent event) {
        close();
    }

    private void close() {
        closed = true;
        sendAway();
        reader.interrupt();
    }
}
