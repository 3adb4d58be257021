package io.throughline.enrollment.segment;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.enrollment.contact.FilterRequest;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/contacts/segments")
@RunOnVirtualThread
public class SegmentResource {

    private static final int NAME_LENGTH = 200;

    private final SegmentStore segments;

    SegmentResource(SegmentStore segments) {
        this.segments = segments;
    }

    public record SegmentRequest(String name, FilterRequest filter) {}

    @GET
    public Page<Segment> list(@QueryParam("cursor") String cursor, @QueryParam("limit") Integer limit) {
        int size = Page.limit(limit);
        return Page.of(segments.page(Cursor.decode(cursor, 1), size), size, segment -> Cursor.of(segment.id()));
    }

    @POST
    @Operation(summary = "Name a filter; which contacts it means is found out anew each time")
    public Response create(@NotNull SegmentRequest request) {
        Segment created = segments.create(name(request), request.filter());
        return Response.created(URI.create("/api/contacts/segments/" + created.id()))
                .entity(Envelope.of(created))
                .build();
    }

    @GET
    @Path("/{id}")
    public Envelope<Segment> show(UUID id) {
        return Envelope.of(find(id));
    }

    @PUT
    @Path("/{id}")
    public Envelope<Segment> replace(UUID id, @NotNull SegmentRequest request) {
        return Envelope.of(segments.replace(id, name(request), request.filter())
                .orElseThrow(() -> Problem.notFound("segment", id)));
    }

    @DELETE
    @Path("/{id}")
    @ResponseStatus(204)
    public void delete(UUID id) {
        if (!segments.delete(id)) {
            throw Problem.notFound("segment", id);
        }
    }

    @GET
    @Path("/{id}/count")
    @Operation(
            summary = "How many contacts are in it now",
            description = "100,000 at most, among the newest 200,000 contacts; `more` says that there may be others.")
    public Envelope<SegmentStore.Count> count(UUID id) {
        return Envelope.of(segments.count(find(id).filter().checked("/filter")));
    }

    private Segment find(UUID id) {
        return segments.find(id).orElseThrow(() -> Problem.notFound("segment", id));
    }

    /** The name, when all of the request is acceptable. */
    private static String name(SegmentRequest request) {
        List<FieldError> errors = new ArrayList<>();
        String name =
                request.name() == null ? "" : request.name().replace("\0", "").strip();
        if (name.isEmpty() || name.length() > NAME_LENGTH) {
            errors.add(new FieldError("/name", "must have 1 to " + NAME_LENGTH + " characters"));
        }
        if (request.filter() == null) {
            errors.add(new FieldError("/filter", "is missing"));
        } else {
            try {
                if (!request.filter().checked("/filter").restricts()
                        && !request.filter().all()) {
                    errors.add(new FieldError("/filter", "needs at least one criterion, or all"));
                }
            } catch (Problem unacceptable) {
                errors.addAll(unacceptable.errors());
            }
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return name;
    }
}
