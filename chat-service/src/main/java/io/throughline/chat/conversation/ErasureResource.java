package io.throughline.chat.conversation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.AdminOnly;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Forgets a person in the caller's tenant. */
@Path("/api/chat/erasures")
@RunOnVirtualThread
public class ErasureResource {

    private final ErasureStore store;
    private final Removal removal;
    private final CurrentCaller current;

    ErasureResource(ErasureStore store, Removal removal, CurrentCaller current) {
        this.store = store;
        this.removal = removal;
        this.current = current;
    }

    /** One of the two. @param userId who asked; @param email whom the messages are about */
    public record Person(UUID userId, String email) {}

    public record Erased(int conversations, int messages) {}

    @POST
    @AdminOnly
    @Operation(
            summary = "Forget a person",
            description =
                    "`userId`: all conversations of that user. `email`: the text of every message of the tenant that"
                            + " names the address, whoever asked. Again is no error.")
    public Envelope<Erased> erase(@NotNull Person person) {
        if ((person.userId() == null)
                == (person.email() == null || person.email().isBlank())) {
            throw Problem.invalid(List.of(new FieldError("/userId", "either userId or email is needed, not both")));
        }
        if (person.email() != null && person.userId() == null) {
            return Envelope.of(new Erased(0, store.eraseMentions(current.tenantId(), person.email())));
        }
        int conversations = store.eraseUser(current.tenantId(), person.userId());
        removal.soon();
        return Envelope.of(new Erased(conversations, 0));
    }
}
