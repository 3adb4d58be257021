package io.throughline.chat.tool;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.Caller;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;

/** What replies proposed to the caller: look at it, then let it happen. */
@Path("/api/chat/actions")
@RunOnVirtualThread
public class ActionResource {

    private static final Logger LOG = Logger.getLogger(ActionResource.class);

    private final ActionStore actions;
    private final SuiteWrites suite;
    private final CurrentCaller current;

    ActionResource(ActionStore actions, SuiteWrites suite, CurrentCaller current) {
        this.actions = actions;
        this.suite = suite;
        this.current = current;
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "Exactly what would be done: the request, word for word")
    public Envelope<Action> show(@PathParam("id") UUID id) {
        return Envelope.of(found(id));
    }

    @POST
    @Path("/{id}/confirm")
    @Operation(
            summary = "Do it, once",
            description = "Sends the request with the caller's own key. A second call, or one after the action's time,"
                    + " is a 409 that tells how the first ended.")
    public Envelope<Action> confirm(@PathParam("id") UUID id) {
        Caller caller = current.caller();
        Action taken = actions.take(caller, id).orElseThrow(() -> {
            Action action = found(id);
            return new Problem(
                    CommonErrors.CONFLICT,
                    switch (action.status()) {
                        case PROPOSED -> "The time to confirm it is over; ask again.";
                        case RUNNING -> "It is being done.";
                        case DONE, REFUSED, UNKNOWN -> "It was confirmed before: " + action.outcome();
                    });
        });
        SuiteWrites.Outcome outcome = suite.run(taken, current.apiKey());
        LOG.infof("Action confirmed; action=%s kind=%s status=%s", id, taken.kind(), outcome.status());
        return Envelope.of(actions.end(caller, id, outcome.status(), outcome.text()));
    }

    private Action found(UUID id) {
        return actions.find(current.caller(), id).orElseThrow(() -> Problem.notFound("action", id));
    }
}
