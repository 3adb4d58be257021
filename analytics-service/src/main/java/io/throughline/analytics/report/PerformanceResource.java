package io.throughline.analytics.report;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.http.Etags;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

/** How an instance performs. */
@Path("/api/campaigns/instances/{id}/performance")
@RunOnVirtualThread
public class PerformanceResource {

    private final Admission admission;
    private final ReadReport reports;
    private final EngagementLag lag;

    PerformanceResource(Admission admission, ReadReport reports, EngagementLag lag) {
        this.admission = admission;
        this.reports = reports;
        this.lag = lag;
    }

    /**
     * @param cached whether {@code data} was found in the cache; {@code data.asOf} tells how old it is
     * @param lag of the figures, whatever the age of {@code data}
     */
    public record Performance(
            boolean success,
            boolean cached,
            Lag lag,

            @JsonRawValue @Schema(implementation = Report.class)
            String data) {}

    /** @param behindSeconds age of the oldest event that is not counted yet; 0: there is none; null: not known */
    public record Lag(Long behindSeconds) {

        private static Lag of(OptionalLong seconds) {
            return new Lag(seconds.isPresent() ? Long.valueOf(seconds.getAsLong()) : null);
        }
    }

    /**
     * One small read tells whether the client's copy (304) or the cached one is still current; so the client is told to
     * ask every time.
     */
    @GET
    @Operation(summary = "How an instance performs: funnel, days, steps")
    @APIResponseSchema(Performance.class)
    public Response performance(
            @PathParam("id") UUID instance,
            @QueryParam("days") @DefaultValue("30") String days,
            @Context Request request) {
        ReadReport.Key key = admission.report(instance, days);
        return Etags.answer(request, Etags.version(key.inTag()), Duration.ZERO, () -> {
            ReadReport.Answer answer = reports.read(key);
            return new Performance(true, answer.cached(), Lag.of(lag.behindSeconds()), answer.data());
        });
    }
}
