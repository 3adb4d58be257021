package io.throughline.jobs.push;

import io.throughline.jobs.push.JobEvents.Page;
import io.throughline.platform.events.Json;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * One open stream, on a virtual thread of its own: reads from the table what the client has missed, a page at a time,
 * then sends what {@link Streams} offers. The switch loses and doubles nothing: offers begin behind the position that
 * {@link Streams#join} answers, and the table is read up to it.
 */
final class Client {

    private static final Logger LOG = Logger.getLogger(Client.class);

    private final Subscription subscription;
    private final Outlet outlet;
    private final JobEvents events;
    private final Streams streams;
    private final Json json;
    private final PushSettings settings;
    private final Clock clock;
    private final BlockingQueue<Message> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingBytes = new AtomicInteger();
    private final AtomicReference<Ending> ending = new AtomicReference<>();
    private final Pace pace = new Pace();
    private final Thread thread;
    /** The event read last, which shows that what follows it is still kept; null: there is none. */
    private Long anchor;

    /** What is not behind it was sent from the table. Guarded by the lock of {@link Streams}. */
    private Position known;

    Client(Subscription subscription, Outlet outlet, Streams streams, Streams.Floor floor) {
        this.subscription = subscription;
        this.outlet = outlet;
        this.streams = streams;
        this.events = floor.events();
        this.json = floor.json();
        this.settings = floor.settings();
        this.clock = floor.clock();
        this.anchor = subscription.from().lastId();
        this.known = subscription.from().after();
        this.thread = Thread.ofVirtual().name("jobs-stream-client").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    Subscription subscription() {
        return subscription;
    }

    private void run() {
        try {
            outlet.begin();
            if (subscription.from().lostId() != null) {
                send(Message.reset(subscription.from().lostId(), json));
            }
            Position reached = replay(known, null);
            Position joined = streams.join(this, reached);
            if (joined.isAfter(reached)) {
                replay(reached, joined);
            }
            live();
        } catch (InterruptedException e) {
            LOG.debug("A stream has ended");
        } catch (ExecutionException e) {
            end(Ending.LEFT);
        } catch (RuntimeException e) {
            LOG.warnf(
                    "A stream cannot go on; tenant=%s reason=%s",
                    subscription.caller().tenantId(), e.getMessage());
            end(Ending.TRY_AGAIN);
        } finally {
            streams.leave(this);
        }
    }

    /** Sends from the table what is behind {@code from}; null: up to what there is now. How far it got. */
    private Position replay(Position from, Position upTo) throws InterruptedException, ExecutionException {
        Position reached = from;
        while (true) {
            Optional<Page> page = events.nextOf(subscription.caller().tenantId(), reached, anchor);
            if (page.isEmpty()) {
                send(Message.reset(anchor, json));
                anchor = null;
                continue;
            }
            for (Moved event : page.get().events()) {
                if (upTo != null && event.at().isAfter(upTo)) {
                    return upTo;
                }
                if (isNew(event) && (anchor != null || isPaced(event))) {
                    send(Message.of(event, json));
                }
                anchor = anchor == null ? null : Long.valueOf(event.at().id());
            }
            reached = page.get().reached();
            if (!page.get().more()) {
                return upTo == null ? reached : upTo;
            }
        }
    }

    private boolean isNew(Moved event) {
        return subscription.wants(event)
                && !subscription.from().seen().sees(event.at().xid());
    }

    /** What a client asks for again is not paced. */
    private boolean isPaced(Moved event) {
        return pace.allows(event, System.nanoTime());
    }

    private void live() throws InterruptedException, ExecutionException {
        while (true) {
            Message message = waiting.poll(settings.heartbeat().toMillis(), TimeUnit.MILLISECONDS);
            if (!clock.instant().isBefore(streams.expiry(subscription.caller().keyId()))) {
                end(Ending.KEY_GONE);
                return;
            }
            if (message == null) {
                outlet.beat();
            } else {
                send(message);
                waitingBytes.addAndGet(-message.bytes());
            }
        }
    }

    private void send(Message message) throws InterruptedException, ExecutionException {
        outlet.send(message);
        streams.countSent();
    }

    /** Under the lock of {@link Streams}: offers begin behind {@code position}. */
    void knows(Position position) {
        known = position;
    }

    /** Under the lock of {@link Streams}. */
    boolean takes(Moved event) {
        return event.at().isAfter(known) && isNew(event) && isPaced(event);
    }

    /** Never waits: a client whose buffer is full is let go, and comes back with its last id. */
    void offer(Message message) {
        if (ending.get() != null) {
            return;
        }
        if (waiting.size() >= settings.bufferedMessages()
                || waitingBytes.addAndGet(message.bytes()) > settings.bufferedBytes()) {
            if (end(Ending.TOO_SLOW)) {
                streams.countSlow();
            }
        } else {
            waiting.add(message);
        }
    }

    /** From any thread; whether it had not ended before. */
    boolean end(Ending why) {
        if (!ending.compareAndSet(null, why)) {
            return false;
        }
        thread.interrupt();
        outlet.end(why);
        return true;
    }
}
