package io.throughline.enrollment.timeline;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

@Path("/api/contacts/{id}/timeline")
@RunOnVirtualThread
public class TimelineResource {

    private final TimelineStore timeline;
    private final CurrentCaller caller;

    TimelineResource(TimelineStore timeline, CurrentCaller caller) {
        this.timeline = timeline;
        this.caller = caller;
    }

    @GET
    @Operation(
            summary = "What happened to a contact, newest first",
            description = "Created, imported, merged; enrolled, transitions, messages and engagement events of all its"
                    + " enrollments. A message is one entry, at the time it was planned, with its status now.")
    public Page<TimelineStore.Entry> page(
            UUID id, @QueryParam("cursor") String cursor, @QueryParam("limit") Integer limit) {
        int size = Page.limit(limit);
        Cursor after = Cursor.decode(cursor, 2);
        if (!timeline.exists(caller.tenantId(), id)) {
            throw Problem.notFound("contact", id);
        }
        return Page.of(timeline.page(caller.tenantId(), id, after, size + 1), size, TimelineStore.Entry::cursor);
    }
}
