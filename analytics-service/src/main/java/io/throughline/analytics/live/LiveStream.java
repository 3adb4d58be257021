package io.throughline.analytics.live;

import io.smallrye.mutiny.Multi;
import io.throughline.analytics.report.ReadReport;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Flow;

/**
 * One client. It asks for an event when the one before has been written; a report that comes meanwhile waits, and gives
 * way to the next, so whoever does not read holds one report.
 *
 * <p>All that touches the wire is done under this object's lock, which is never taken under that of {@link Streams}.
 */
final class LiveStream implements Flow.Subscription {

    private static final long RECONNECT_MILLIS = 3000;

    /** A report as it is pushed. */
    record Shown(ReadReport.Key key, String data) {}

    private final Streams streams;
    private final UUID tenant;
    private final String apiKey;
    private final Sse sse;
    private final Flow.Subscriber<? super OutboundSseEvent> wire;
    private Shown waiting;
    /** What was offered last, written or not. */
    private Shown offered;

    private Instant lastWritten;
    private long demand;
    private boolean begun;
    private boolean done;
    /** It has been here for a whole pause. Touched by the reader only. */
    private boolean settled;

    private LiveStream(
            Streams streams, String apiKey, Shown first, Sse sse, Flow.Subscriber<? super OutboundSseEvent> wire) {
        this.streams = streams;
        this.tenant = first.key().tenant();
        this.apiKey = apiKey;
        this.waiting = first;
        this.offered = first;
        this.sse = sse;
        this.wire = wire;
        this.lastWritten = streams.now();
    }

    /** @param apiKey as presented: the stream ends when it is worth nothing any more */
    static Multi<OutboundSseEvent> of(Streams streams, String apiKey, Shown first, Sse sse) {
        return Multi.createFrom().publisher(wire -> {
            LiveStream stream = new LiveStream(streams, apiKey, first, sse, wire);
            wire.onSubscribe(stream);
            stream.begin();
        });
    }

    /** The client may be gone already. */
    private void begin() {
        boolean joined = streams.join(this);
        synchronized (this) {
            if (!joined) {
                end();
            } else if (done) {
                streams.leave(this);
            }
        }
    }

    UUID tenant() {
        return tenant;
    }

    String apiKey() {
        return apiKey;
    }

    synchronized ReadReport.Key key() {
        return offered.key();
    }

    /** False the first time: what came just after the first report waits, so that a second lies between the two. */
    boolean settle() {
        boolean before = settled;
        settled = true;
        return before;
    }

    synchronized void offer(Shown report) {
        offered = report;
        waiting = report;
        write();
    }

    /** A comment, when nothing was written for so long. A client that does not read needs none. */
    synchronized void beat(Duration after) {
        if (demand > 0 && !done && !streams.now().isBefore(lastWritten.plus(after))) {
            emit(sse.newEventBuilder().comment("beat").build());
        }
    }

    /** From any thread; a report that waits is not written any more. */
    synchronized void end() {
        if (!done) {
            done = true;
            waiting = null;
            wire.onComplete();
        }
        streams.leave(this);
    }

    @Override
    public synchronized void request(long events) {
        demand = Math.addExact(Math.min(events, Integer.MAX_VALUE), Math.min(demand, Integer.MAX_VALUE));
        write();
    }

    /** The client has gone. */
    @Override
    public synchronized void cancel() {
        done = true;
        waiting = null;
        streams.leave(this);
    }

    private void write() {
        if (waiting == null || demand == 0 || done) {
            return;
        }
        Shown report = waiting;
        waiting = null;
        OutboundSseEvent.Builder event = sse.newEventBuilder()
                .name("report")
                .id(Long.toString(report.key().version()))
                .data(String.class, report.data());
        if (!begun) {
            begun = true;
            event.reconnectDelay(RECONNECT_MILLIS);
        }
        emit(event.build());
    }

    /** The subscriber may ask for more before this returns, so what it would see is settled first. */
    private void emit(OutboundSseEvent event) {
        demand--;
        lastWritten = streams.now();
        wire.onNext(event);
    }
}
