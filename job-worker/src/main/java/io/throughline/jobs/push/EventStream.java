package io.throughline.jobs.push;

import io.smallrye.mutiny.Multi;
import io.throughline.platform.events.Json;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A client of server-sent events: what asks for the next event has written the one before. */
final class EventStream implements Outlet, Flow.Subscription {

    private static final long RECONNECT_MILLIS = 3000;
    private static final long LAST_WORD_SECONDS = 5;

    private final Flow.Subscriber<? super OutboundSseEvent> wire;
    private final Sse sse;
    private final Json json;
    private final Semaphore demand = new Semaphore(0);
    private Client client;
    private boolean done;

    private EventStream(Flow.Subscriber<? super OutboundSseEvent> wire, Sse sse, Json json) {
        this.wire = wire;
        this.sse = sse;
        this.json = json;
    }

    static Multi<OutboundSseEvent> of(Subscription subscription, Streams streams, Sse sse, Json json) {
        return Multi.createFrom().publisher(wire -> {
            EventStream stream = new EventStream(wire, sse, json);
            wire.onSubscribe(stream);
            stream.begin(streams.open(subscription, stream));
        });
    }

    private void begin(Client opened) {
        boolean left;
        synchronized (this) {
            client = opened;
            left = done;
        }
        if (left) {
            opened.end(Ending.LEFT);
        }
    }

    @Override
    public void begin() throws InterruptedException {
        emit(sse.newEventBuilder()
                .comment("jobs")
                .reconnectDelay(RECONNECT_MILLIS)
                .build());
    }

    @Override
    public void send(Message message) throws InterruptedException {
        emit(toEvent(message));
    }

    @Override
    public void beat() throws InterruptedException {
        emit(sse.newEventBuilder().comment("beat").build());
    }

    private OutboundSseEvent toEvent(Message message) {
        OutboundSseEvent.Builder event =
                sse.newEventBuilder().name(message.type()).data(String.class, message.text());
        return (message.id() == null ? event : event.id(message.id())).build();
    }

    private void emit(OutboundSseEvent event) throws InterruptedException {
        demand.acquire();
        deliver(event);
    }

    private synchronized void deliver(OutboundSseEvent event) {
        if (!done) {
            wire.onNext(event);
        }
    }

    @Override
    public void end(Ending ending) {
        if (ending == Ending.LEFT) {
            complete();
        } else {
            Thread.ofVirtual().name("jobs-stream-end").start(() -> lastWord(ending));
        }
    }

    private void lastWord(Ending ending) {
        try {
            if (demand.tryAcquire(LAST_WORD_SECONDS, TimeUnit.SECONDS)) {
                deliver(toEvent(Message.closed(ending, json)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        complete();
    }

    private synchronized void complete() {
        if (!done) {
            done = true;
            wire.onComplete();
        }
    }

    @Override
    public void request(long events) {
        demand.release((int) Math.min(events, Integer.MAX_VALUE / 2));
    }

    @Override
    public void cancel() {
        Client leaving;
        synchronized (this) {
            done = true;
            leaving = client;
        }
        if (leaving != null) {
            leaving.end(Ending.LEFT);
        }
    }
}
