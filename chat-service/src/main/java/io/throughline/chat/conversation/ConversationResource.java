package io.throughline.chat.conversation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.chat.conversation.ConversationStore.Conversation;
import io.throughline.chat.conversation.ConversationStore.Message;
import io.throughline.platform.access.Caller;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.ResponseStatus;

/** The caller's own conversations; those of other users of the tenant do not exist here. */
@Path("/api/chat/conversations")
@RunOnVirtualThread
public class ConversationResource {

    private final ConversationStore store;
    private final Export export;
    private final Removal removal;
    private final CurrentCaller current;

    ConversationResource(ConversationStore store, Export export, Removal removal, CurrentCaller current) {
        this.store = store;
        this.export = export;
        this.removal = removal;
        this.current = current;
    }

    /** The newest messages come on the first page; within a page they are in the order in which they were said. */
    public record History(boolean success, Opened data, Page.Position page) {}

    public record Opened(
            UUID id, String title, long messageCount, Instant createdAt, Instant updatedAt, List<Message> messages) {}

    public record Change(
            @NotBlank @Size(max = Titles.LENGTH) String title) {}

    public record Deleted(int conversations) {}

    @GET
    @Operation(summary = "List conversations, most recently used first")
    public Page<Conversation> list(@QueryParam("cursor") String cursor, @QueryParam("limit") Integer limit) {
        int size = Page.limit(limit);
        return Page.of(
                store.conversations(current.caller(), Cursor.decode(cursor, 2), size),
                size,
                last -> Cursor.of(last.updatedAt(), last.id()));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Read a conversation: newest messages first page, older ones by cursor")
    public History read(
            @PathParam("id") UUID id, @QueryParam("cursor") String cursor, @QueryParam("limit") Integer limit) {
        int size = Page.limit(limit);
        Cursor older = Cursor.decode(cursor, 1);
        Caller caller = current.caller();
        Conversation found = found(id);
        long before = older == null ? Long.MAX_VALUE : older.number(0);
        Page<Message> newest =
                Page.of(store.messagesBefore(caller, id, before, size + 1), size, last -> Cursor.of(last.position()));
        Opened opened = new Opened(
                found.id(),
                found.title(),
                found.messageCount(),
                found.createdAt(),
                found.updatedAt(),
                newest.data().reversed());
        return new History(true, opened, newest.page());
    }

    @PATCH
    @Path("/{id}")
    @Operation(summary = "Give a conversation another title")
    public Envelope<Conversation> rename(@PathParam("id") UUID id, @NotNull @Valid Change change) {
        return Envelope.of(store.rename(current.caller(), id, Titles.of(change.title()))
                .orElseThrow(() -> Problem.notFound("conversation", id)));
    }

    @GET
    @Path("/{id}/export")
    @Produces("application/json")
    @Operation(summary = "A conversation with all its messages, oldest first, as one document")
    public StreamingOutput export(@PathParam("id") UUID id) {
        Conversation found = found(id);
        Caller caller = current.caller();
        return output -> export.write(caller, found, output);
    }

    @DELETE
    @Path("/{id}")
    @ResponseStatus(204)
    @Operation(summary = "Delete a conversation with all its messages")
    public void delete(@PathParam("id") UUID id) {
        if (!store.delete(current.caller(), id)) {
            throw Problem.notFound("conversation", id);
        }
        removal.soon();
    }

    @DELETE
    @Operation(summary = "Delete all of the caller's conversations")
    public Envelope<Deleted> deleteAll() {
        int deleted = store.deleteAll(current.tenantId(), current.userId());
        removal.soon();
        return Envelope.of(new Deleted(deleted));
    }

    private Conversation found(UUID id) {
        return store.conversation(current.caller(), id).orElseThrow(() -> Problem.notFound("conversation", id));
    }
}
