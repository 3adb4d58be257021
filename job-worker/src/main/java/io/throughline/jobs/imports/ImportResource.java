package io.throughline.jobs.imports;

import com.fasterxml.jackson.core.type.TypeReference;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.jobs.job.JobResource.Accepted;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** A file of contacts comes in one of three ways. */
@Path("/api/import")
@RunOnVirtualThread
public class ImportResource {

    /** JSON is held in memory whole; a file is not. */
    private static final int LARGEST_JSON = 16 << 20;

    private final AcceptImport accept;
    private final ImportStore imports;
    private final ErrorFile errorFile;
    private final CurrentCaller caller;
    private final Json json;

    ImportResource(AcceptImport accept, ImportStore imports, ErrorFile errorFile, CurrentCaller caller, Json json) {
        this.accept = accept;
        this.imports = imports;
        this.errorFile = errorFile;
        this.caller = caller;
        this.json = json;
    }

    /**
     * @param csvData the whole file
     * @param fieldMapping from column to field; null: by well-known header names
     * @param deduplicate null: true
     */
    public record ImportRequest(String csvData, Map<String, String> fieldMapping, Boolean deduplicate) {}

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
                @Content(mediaType = "application/json", schema = @Schema(implementation = ImportRequest.class))
            })
    public Envelope<Accepted> file(
            InputStream body,
            @QueryParam("fieldMapping") String fieldMapping,
            @QueryParam("deduplicate") String deduplicate) {
        return Envelope.of(accept.file(body, mapping(fieldMapping), flag("/deduplicate", deduplicate), "/file"));
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
        if (file == null) {
            throw invalid("/file", "is missing");
        }
        try (InputStream body = Files.newInputStream(file.uploadedFile())) {
            return Envelope.of(accept.file(
                    body,
                    mapping(fieldMapping == null ? mappingInQuery : fieldMapping),
                    flag("/deduplicate", deduplicate),
                    "/file"));
        }
    }

    @POST
    @Path("csv")
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(202)
    @Operation(hidden = true)
    public Envelope<Accepted> text(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(LARGEST_JSON + 1);
        if (bytes.length > LARGEST_JSON) {
            throw new Problem(
                    CommonErrors.TOO_LARGE,
                    "JSON has at most " + LARGEST_JSON + " bytes here; send a larger file as text/csv.");
        }
        ImportRequest request = read(bytes);
        if (request == null || request.csvData() == null) {
            throw invalid("/csvData", "is missing");
        }
        return Envelope.of(accept.file(
                new ByteArrayInputStream(request.csvData().getBytes(StandardCharsets.UTF_8)),
                request.fieldMapping(),
                request.deduplicate() == null || request.deduplicate(),
                "/csvData"));
    }

    @GET
    @Path("{id}/errors.csv")
    @Produces("text/csv")
    @Operation(summary = "The rows that were refused, with line, code and detail")
    public Response errors(@PathParam("id") UUID id) {
        UUID tenantId = caller.tenantId();
        imports.find(tenantId, id).orElseThrow(() -> Problem.notFound("import", id));
        StreamingOutput lines = target -> errorFile.write(tenantId, id, target);
        return Response.ok(lines, "text/csv;charset=UTF-8")
                .header("Content-Disposition", "attachment; filename=\"import-errors-" + id + ".csv\"")
                .build();
    }

    private ImportRequest read(byte[] bytes) throws IOException {
        try {
            return json.read(bytes, ImportRequest.class);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Map<String, String> mapping(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return json.read(text, new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (UncheckedIOException e) {
            throw invalid("/fieldMapping", "must be a JSON object from column to field, such as {\"Email\":\"email\"}");
        }
    }

    private static boolean flag(String pointer, String text) {
        return switch (text) {
            case null -> true;
            case "true", "" -> true;
            case "false" -> false;
            default -> throw invalid(pointer, "must be true or false");
        };
    }

    private static Problem invalid(String pointer, String detail) {
        return Problem.invalid(List.of(new FieldError(pointer, detail)));
    }
}
