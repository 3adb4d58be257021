package io.throughline.analytics.live;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.throughline.analytics.live.LiveStream.Shown;
import io.throughline.analytics.report.Admission;
import io.throughline.analytics.report.ReadReport;
import io.throughline.platform.access.CurrentCaller;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** An instance's report, pushed whenever it changes. */
@Path("/api/campaigns/instances/{id}/performance/stream")
@RunOnVirtualThread
public class LiveResource {

    private final Admission admission;
    private final ReadReport reports;
    private final Streams streams;
    private final CurrentCaller caller;
    private final CurrentVertxRequest http;

    LiveResource(
            Admission admission, ReadReport reports, Streams streams, CurrentCaller caller, CurrentVertxRequest http) {
        this.admission = admission;
        this.reports = reports;
        this.streams = streams;
        this.caller = caller;
        this.http = http;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(summary = "The report now and whenever it changes: events named report, id: the version of the figures")
    public Multi<OutboundSseEvent> stream(
            @PathParam("id") UUID instance, @QueryParam("days") @DefaultValue("30") String days, @Context Sse sse) {
        ReadReport.Key key = admission.report(instance, days);
        streams.requireRoom(caller.tenantId());
        Shown first = new Shown(key, reports.read(key).data());
        // Understood by nginx and others: hand on every event as it comes.
        http.getCurrent().response().putHeader("X-Accel-Buffering", "no").putHeader("Cache-Control", "no-store");
        return LiveStream.of(streams, caller.apiKey(), first, sse);
    }
}
