package io.throughline.jobs.push;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.throughline.platform.access.ApiKeys;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.access.Public;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Envelope;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;

/** The stream as server-sent events, and tickets for both forms of it. */
@Path("/api/jobs/stream")
@RunOnVirtualThread
public class StreamResource {

    private final Admission admission;
    private final Tickets tickets;
    private final Streams streams;
    private final Json json;
    private final CurrentCaller caller;
    private final CurrentVertxRequest http;

    StreamResource(
            Admission admission,
            Tickets tickets,
            Streams streams,
            Json json,
            CurrentCaller caller,
            CurrentVertxRequest http) {
        this.admission = admission;
        this.tickets = tickets;
        this.streams = streams;
        this.json = json;
        this.caller = caller;
        this.http = http;
    }

    @GET
    @Public
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> stream(
            @HeaderParam(ApiKeys.HEADER) String apiKey,
            @HeaderParam("Last-Event-ID") String lastEventId,
            @QueryParam("ticket") String ticket,
            @QueryParam("lastEventId") String lastEventIdInQuery,
            @QueryParam("jobId") String jobId,
            @QueryParam("type") List<String> types,
            @Context Sse sse) {
        Subscription subscription = admission.admit(new Admission.Asked(
                apiKey, ticket, lastEventId == null ? lastEventIdInQuery : lastEventId, jobId, types));
        // Understood by nginx and others: hand on every event as it comes.
        http.getCurrent().response().putHeader("X-Accel-Buffering", "no").putHeader("Cache-Control", "no-store");
        return EventStream.of(subscription, streams, sse, json);
    }

    /** For pages, which cannot send a header when they open a stream: valid once, for 30 s, on any replica. */
    @POST
    @Path("tickets")
    @ResponseStatus(201)
    public Envelope<Tickets.Ticket> ticket() {
        return Envelope.of(tickets.issue(caller.caller()));
    }
}
