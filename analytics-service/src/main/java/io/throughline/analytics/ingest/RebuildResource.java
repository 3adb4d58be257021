package io.throughline.analytics.ingest;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.AdminOnly;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Counts all figures of all tenants again from the log of events. For operators. */
@Path("/api/analytics/rebuild")
@RunOnVirtualThread
public class RebuildResource {

    private final Rebuild rebuild;

    RebuildResource(Rebuild rebuild) {
        this.rebuild = rebuild;
    }

    /**
     * @param state {@code running, completed, failed}
     * @param events counted anew so far
     * @param failure why it failed, or null; the figures are untouched then
     */
    public record RebuildStatus(String state, Instant startedAt, Instant endedAt, long events, String failure) {}

    /** Begins one; 409 while one runs, or when events have been dropped by age. Reports and counting go on. */
    @POST
    @AdminOnly
    @ResponseStatus(202)
    public Envelope<RebuildStatus> begin() {
        rebuild.begin();
        return status();
    }

    /** Of the one that runs, or the last one; 404 when there never was one. */
    @GET
    @AdminOnly
    public Envelope<RebuildStatus> status() {
        return Envelope.of(rebuild.status()
                .map(status -> new RebuildStatus(
                        status.state(), status.startedAt(), status.endedAt(), status.events(), status.failure()))
                .orElseThrow(() -> Problem.notFound("rebuild", "so far")));
    }
}
