package io.throughline.analytics.report;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Etags;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

/** How an instance performs. */
@Path("/api/campaigns/instances/{id}/performance")
@RunOnVirtualThread
public class PerformanceResource {

    private static final int MOST_DAYS = 365;

    private final ReportStore store;
    private final KnownInstances instances;
    private final ReadReport reports;
    private final CurrentCaller caller;

    PerformanceResource(ReportStore store, KnownInstances instances, ReadReport reports, CurrentCaller caller) {
        this.store = store;
        this.instances = instances;
        this.reports = reports;
        this.caller = caller;
    }

    /** @param cached whether {@code data} was found in the cache; {@code data.asOf} tells how old it is */
    public record Performance(
            boolean success,
            boolean cached,

            @JsonRawValue @Schema(implementation = Report.class)
            String data) {}

    /**
     * One small read tells whether the client's copy (304) or the cached one is still current; so the client is told to
     * ask every time.
     */
    @GET
    @APIResponseSchema(Performance.class)
    public Response performance(
            @PathParam("id") UUID instance,
            @QueryParam("days") @DefaultValue("30") String days,
            @Context Request request) {
        int shown = days(days);
        UUID tenant = caller.tenantId();
        ReportStore.State state = store.state(tenant, instance);
        if (!state.known()) {
            instances.lookUp(tenant, instance);
        }
        ReadReport.Key key = reports.key(tenant, instance, shown, state.version());
        return Etags.answer(request, Etags.version(key.inTag()), Duration.ZERO, () -> {
            ReadReport.Answer answer = reports.read(key);
            return new Performance(true, answer.cached(), answer.data());
        });
    }

    /** Read here and not by JAX-RS, which answers 404 for a number it cannot read. */
    private static int days(String text) {
        try {
            int days = Integer.parseInt(text);
            if (days >= 1 && days <= MOST_DAYS) {
                return days;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw Problem.invalid(
                List.of(new Problem.FieldError("/days", "must be a whole number from 1 to " + MOST_DAYS)));
    }
}
