package io.throughline.jobs.imports;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.jobs.imports.ImportStore.Tally;
import io.throughline.jobs.job.JobResource.Accepted;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** A file of contacts comes in one of three ways, plain or packed with gzip. */
@Path("/api/import")
@RunOnVirtualThread
public class ImportResource {

    private final Uploads uploads;
    private final AcceptImport accept;
    private final ImportStore imports;
    private final ErrorFile errorFile;
    private final CurrentCaller caller;

    ImportResource(
            Uploads uploads, AcceptImport accept, ImportStore imports, ErrorFile errorFile, CurrentCaller caller) {
        this.uploads = uploads;
        this.accept = accept;
        this.imports = imports;
        this.errorFile = errorFile;
        this.caller = caller;
    }

    @POST
    @Path("csv")
    @Consumes("text/csv")
    @ResponseStatus(202)
    @Operation(
            operationId = "importCsv",
            summary = "Import a file of contacts: as text/csv, as multipart field file, or as csvData in JSON")
    @RequestBody(
            content = {
                @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)),
                @Content(mediaType = "application/json", schema = @Schema(implementation = Uploads.ImportRequest.class))
            })
    public Envelope<Accepted> file(
            InputStream body,
            @QueryParam("fieldMapping") String fieldMapping,
            @QueryParam("deduplicate") String deduplicate) {
        return accepted(uploads.body(body, fieldMapping, deduplicate));
    }

    @POST
    @Path("csv")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @ResponseStatus(202)
    @Operation(hidden = true)
    public Envelope<Accepted> form(
            @RestForm("file") FileUpload file,
            @RestForm("fieldMapping") String fieldMapping,
            @RestForm("deduplicate") String deduplicate,
            @QueryParam("fieldMapping") String mappingInQuery)
            throws IOException {
        return accepted(uploads.form(file, fieldMapping == null ? mappingInQuery : fieldMapping, deduplicate));
    }

    @POST
    @Path("csv")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    @Operation(hidden = true)
    public Envelope<Accepted> text(InputStream body) throws IOException {
        return accepted(uploads.text(body));
    }

    private Envelope<Accepted> accepted(Upload upload) {
        try (upload) {
            return Envelope.of(accept.file(upload));
        }
    }

    @GET
    @Path("{id}")
    @Operation(summary = "How far an import is, with its rate and the time it still needs")
    public Envelope<Standing> show(@PathParam("id") UUID id) {
        return Envelope.of(imports.standing(caller.tenantId(), id).orElseThrow(() -> Problem.notFound("import", id)));
    }

    @GET
    @Path("{id}/errors.csv")
    @Produces("text/csv")
    @Operation(summary = "The rows that were refused, with line, code and detail")
    public Response errors(@PathParam("id") UUID id) {
        UUID tenantId = caller.tenantId();
        Tally tally = imports.find(tenantId, id).orElseThrow(() -> Problem.notFound("import", id));
        StreamingOutput lines = target -> errorFile.write(tenantId, tally, target);
        return Response.ok(lines, "text/csv;charset=UTF-8")
                .header("Content-Disposition", "attachment; filename=\"import-errors-" + id + ".csv\"")
                .build();
    }
}
