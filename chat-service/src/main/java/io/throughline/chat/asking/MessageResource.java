package io.throughline.chat.asking;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.chat.asking.Answerer.Tokens;
import io.throughline.chat.asking.Turn.Reply;
import io.throughline.chat.asking.Turn.Usage;
import io.throughline.chat.conversation.ConversationStore;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Replies by their message's id: read one again, take up a stream that broke, cancel one that is being made. */
@Path("/api/chat/messages/{id}")
@RunOnVirtualThread
public class MessageResource {

    private static final Pattern EVENT_ID = Pattern.compile(".{36}:(\\d{1,9})\\.(\\d{1,9})");

    private final Turns turns;
    private final ConversationStore store;
    private final EventStream events;
    private final CurrentCaller current;
    private final CurrentVertxRequest request;

    MessageResource(
            Turns turns,
            ConversationStore store,
            EventStream events,
            CurrentCaller current,
            CurrentVertxRequest request) {
        this.turns = turns;
        this.store = store;
        this.events = events;
        this.current = current;
        this.request = request;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "A reply, whole; waits for one that is being made")
    public Envelope<Reply> read(@PathParam("id") UUID id) {
        Optional<Turn> turn = turns.find(current.caller(), id);
        if (turn.isPresent()) {
            Turns.Reader reader = turns.read(turn.get(), java.time.Duration.ZERO);
            try (reader) {
                return Envelope.of(turn.get().await());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Problem(ChatErrors.CANCELLED, "Nobody waits for the answer any more.");
            }
        }
        return Envelope.of(stored(id));
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "Take up a stream that broke",
            description =
                    "With `Last-Event-ID` only what followed it. A reply that is stored already comes in one piece.")
    public StreamingOutput resume(@PathParam("id") UUID id, @HeaderParam("Last-Event-ID") String last) {
        int[] position = position(last);
        return turns.find(current.caller(), id)
                .map(turn -> events.of(turn, position[0], request.getCurrent()))
                .orElseGet(() -> events.of(stored(id), position[1]));
    }

    @DELETE
    @ResponseStatus(204)
    @Operation(summary = "Cancel a reply that is being made; one that is stored already is a 409")
    public void cancel(@PathParam("id") UUID id) {
        boolean cancelled = turns.find(current.caller(), id).map(Turn::cancel).orElse(false);
        if (!cancelled) {
            stored(id);
            throw new Problem(CommonErrors.CONFLICT, "The reply is complete; delete its conversation instead.");
        }
    }

    private Reply stored(UUID id) {
        ConversationStore.StoredReply reply =
                store.reply(current.caller(), id).orElseThrow(() -> Problem.notFound("message", id));
        return new Reply(
                reply.text(),
                reply.conversation(),
                id,
                reply.model(),
                reply.cached(),
                Usage.of(new Tokens(reply.inputTokens(), reply.outputTokens(), reply.costMicros())),
                List.of(),
                null);
    }

    /** Number and offset; zeros for none and for one that is not ours. */
    private static int[] position(String last) {
        Matcher id = EVENT_ID.matcher(last == null ? "" : last);
        return id.matches()
                ? new int[] {Integer.parseInt(id.group(1)), Integer.parseInt(id.group(2))}
                : new int[] {0, 0};
    }
}
