package io.throughline.enrollment.privacy;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

@Path("/api/contacts/{id}/export")
@RunOnVirtualThread
public class ExportResource {

    private final ExportPerson export;
    private final CurrentCaller caller;

    ExportResource(ExportPerson export, CurrentCaller caller) {
        this.export = export;
        this.caller = caller;
    }

    @GET
    @Operation(
            summary = "All that is held about a person here",
            description = "The contact, its enrollments and messages, and the newest 10,000 entries of its timeline;"
                    + " `complete` says whether that is all. The text of mails is in `GET /api/outreach/messages`.")
    public Envelope<ExportPerson.Export> export(UUID id) {
        return Envelope.of(export.of(caller.tenantId(), id));
    }
}
