package io.throughline.analytics.report;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Etags;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The report as a table, made from the same cached answer. */
@Path("/api/campaigns/instances/{id}/performance.csv")
@RunOnVirtualThread
public class SpreadsheetResource {

    private static final String TYPE = "text/csv;charset=UTF-8";

    private final Admission admission;
    private final ReadReport reports;
    private final Json json;

    SpreadsheetResource(Admission admission, ReadReport reports, Json json) {
        this.admission = admission;
        this.reports = reports;
        this.json = json;
    }

    @GET
    @Produces("text/csv")
    @Operation(summary = "The report for spreadsheets, one table")
    public Response spreadsheet(
            @PathParam("id") UUID instance,
            @QueryParam("days") @DefaultValue("30") String days,
            @Context Request request) {
        ReadReport.Key key = admission.report(instance, days);
        Response answer = Etags.answer(
                request,
                Etags.version(key.inTag()),
                Duration.ZERO,
                () -> Spreadsheet.of(json.read(reports.read(key).data(), Report.class)));
        if (!answer.hasEntity()) {
            return answer;
        }
        String name = "performance-" + instance + "-" + key.today() + ".csv";
        return Response.fromResponse(answer)
                .type(TYPE)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .build();
    }
}
