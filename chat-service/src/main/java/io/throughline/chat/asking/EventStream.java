package io.throughline.chat.asking;

import io.throughline.chat.asking.Turn.Event;
import io.throughline.platform.events.Json;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * A turn as server-sent events: {@code token} with {@code {"text"}}, {@code tool}, {@code action}, then {@code done} with
 * the reply or {@code error} with a problem; a comment when nothing else comes for a while. Tokens are JSON because a bare
 * one loses its leading space and line breaks to the format. An id is {@code message:number.characters}: whoever comes
 * back with it gets what follows, from the turn or, later, from the stored reply.
 */
@Singleton
class EventStream {

    private static final Logger LOG = Logger.getLogger(EventStream.class);
    private static final int COME_BACK_MILLIS = 500;
    private static final String HEARTBEAT = ": still there\n\n";

    private final Turns turns;
    private final Json json;
    private final AskingSettings.Stream settings;

    EventStream(Turns turns, Json json, AskingSettings settings) {
        this.turns = turns;
        this.json = json;
        this.settings = settings.stream();
    }

    /** @param seen number of the last event the reader has */
    StreamingOutput of(Turn turn, int seen, RoutingContext routing) {
        AtomicBoolean gone = new AtomicBoolean(routing.response().closed());
        routing.addEndHandler(ended -> {
            gone.set(true);
            turn.nudge();
        });
        Turns.Reader reader = turns.read(turn, settings.grace());
        return output -> {
            try (reader) {
                follow(turn, seen, gone, output);
            } catch (IOException e) {
                LOG.debugf("Answer not delivered; reason=%s", e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    private void follow(Turn turn, int seen, AtomicBoolean gone, OutputStream output)
            throws IOException, InterruptedException {
        int last = seen;
        while (!gone.get()) {
            List<Event> events = turn.after(last, settings.heartbeat());
            StringBuilder text = new StringBuilder();
            for (Event event : events) {
                text.append(text(turn.messageId(), event));
                last = event.number();
            }
            if (events.isEmpty() && !turn.hasEnded() && !gone.get()) {
                text.append(HEARTBEAT);
            }
            output.write(text.toString().getBytes(StandardCharsets.UTF_8));
            output.flush();
            if (events.isEmpty() && turn.hasEnded()) {
                return;
            }
        }
    }

    /** A stored reply from a place in it on. */
    StreamingOutput of(Turn.Reply reply, int offset) {
        int from = Math.clamp(offset, 0, reply.reply().length());
        return output -> {
            String rest = reply.reply().substring(from);
            if (!rest.isEmpty()) {
                Event token = new Event(
                        1,
                        "token",
                        java.util.Map.of("text", rest),
                        reply.reply().length());
                output.write(text(reply.messageId(), token).getBytes(StandardCharsets.UTF_8));
            }
            Event done = new Event(2, "done", reply, reply.reply().length());
            output.write(text(reply.messageId(), done).getBytes(StandardCharsets.UTF_8));
            output.flush();
        };
    }

    private String text(UUID message, Event event) {
        return (event.number() == 1 ? "retry: " + COME_BACK_MILLIS + "\n" : "")
                + "id: " + message + ":" + event.number() + "." + event.offset()
                + "\nevent: " + event.name() + "\ndata: " + json.text(event.data()) + "\n\n";
    }
}
