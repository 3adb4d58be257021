package io.throughline.jobs.imports;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.http.Envelope;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** The same three ways as for an import. */
@Path("/api/import/csv/preview")
@RunOnVirtualThread
public class PreviewResource {

    private final Uploads uploads;

    PreviewResource(Uploads uploads) {
        this.uploads = uploads;
    }

    @POST
    @Consumes("text/csv")
    @Operation(
            operationId = "previewCsv",
            summary =
                    "What an import would make of a file: encoding, delimiter, mapping, first rows; nothing is stored")
    @RequestBody(
            content = {
                @Content(mediaType = "text/csv", schema = @Schema(type = SchemaType.STRING)),
                @Content(mediaType = "application/json", schema = @Schema(implementation = Uploads.ImportRequest.class))
            })
    public Envelope<Preview> file(InputStream body, @QueryParam("fieldMapping") String fieldMapping) {
        return preview(uploads.body(body, fieldMapping, null));
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(hidden = true)
    public Envelope<Preview> form(
            @RestForm("file") FileUpload file,
            @RestForm("fieldMapping") String fieldMapping,
            @QueryParam("fieldMapping") String mappingInQuery)
            throws IOException {
        return preview(uploads.form(file, fieldMapping == null ? mappingInQuery : fieldMapping, null));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Envelope<Preview> text(InputStream body) throws IOException {
        return preview(uploads.text(body));
    }

    private static Envelope<Preview> preview(Upload upload) {
        try (upload) {
            return Envelope.of(Preview.of(upload));
        }
    }
}
