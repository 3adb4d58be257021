package io.throughline.enrollment.enrolling;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.enrollment.contact.ContactFilter;
import io.throughline.enrollment.contact.EmailAddress;
import io.throughline.enrollment.contact.FilterRequest;
import io.throughline.enrollment.contact.SavedFilters;
import io.throughline.enrollment.instance.InstanceCopies;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

@Path("/api/campaigns/instances/{instanceId}/enrollments")
@RunOnVirtualThread
public class InstanceEnrollmentResource {

    private static final int MAX_IDS = 10_000;

    private final EnrollContacts enroll;
    private final EnrollmentStore enrollments;
    private final InstanceCopies instances;
    private final SavedFilters segments;
    private final CurrentCaller caller;

    InstanceEnrollmentResource(
            EnrollContacts enroll,
            EnrollmentStore enrollments,
            InstanceCopies instances,
            SavedFilters segments,
            CurrentCaller caller) {
        this.enroll = enroll;
        this.enrollments = enrollments;
        this.instances = instances;
        this.segments = segments;
        this.caller = caller;
    }

    /** The contact by id or, when there is none, by email. */
    public record EnrollRequest(@JsonAlias("contact_id") UUID contactId, String email, Map<String, Object> metadata) {}

    /** Either ids, a filter or a segment, by id or name. */
    public record BulkRequest(@JsonAlias("contact_ids") List<UUID> contactIds, FilterRequest filter, String segment) {}

    @POST
    public Response one(UUID instanceId, @NotNull EnrollRequest request) {
        EnrollContacts.Single single;
        if (request.contactId() != null) {
            single = enroll.one(instanceId, request.contactId(), request.metadata());
        } else if (request.email() != null && !request.email().isBlank()) {
            String email = EmailAddress.normalise(request.email())
                    .orElseThrow(() -> invalid("/email", "is not an email address"));
            single = enroll.one(instanceId, email, request.metadata());
        } else {
            throw invalid("/contactId", "is missing; send contactId or email");
        }
        Enrollment enrollment = enrollments
                .findByContact(caller.tenantId(), instanceId, single.contactId())
                .orElseThrow(() -> Problem.notFound("enrollment of contact", single.contactId()));
        return Response.status(single.created() ? 201 : 200)
                .location(URI.create("/api/enrollments/" + enrollment.id()))
                .entity(Envelope.of(enrollment))
                .build();
    }

    @POST
    @Path("/bulk")
    public Envelope<Object> bulk(UUID instanceId, @NotNull BulkRequest request) {
        if (request.contactIds() != null) {
            if (request.contactIds().size() > MAX_IDS) {
                throw invalid("/contactIds", "has more than " + MAX_IDS + " ids; use a filter or several calls");
            }
            if (request.contactIds().stream().anyMatch(Objects::isNull)) {
                throw invalid("/contactIds", "must not contain null");
            }
            return Envelope.of(enroll.many(instanceId, request.contactIds()));
        }
        if (request.segment() != null) {
            return Envelope.of(enroll.all(instanceId, segments.require(request.segment())));
        }
        if (request.filter() == null) {
            throw invalid("/contactIds", "is missing; send contactIds, filter or segment");
        }
        return Envelope.of(enroll.all(instanceId, filter(request.filter())));
    }

    @GET
    public Page<Enrollment> list(
            UUID instanceId,
            @QueryParam("status") String status,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit) {
        instances.require(instanceId);
        int size = Page.limit(limit);
        EnrollmentStatus wanted = status == null
                ? null
                : EnrollmentStatus.of(status).orElseThrow(() -> invalid("/status", "is not a status of an enrollment"));
        return Page.of(
                enrollments.page(caller.tenantId(), instanceId, wanted, Cursor.decode(cursor, 1), size),
                size,
                enrollment -> Cursor.of(enrollment.id()));
    }

    private static ContactFilter filter(FilterRequest asked) {
        ContactFilter filter = asked.checked("/filter");
        if (!filter.restricts() && !asked.all()) {
            throw invalid("/filter", "needs companyDomain, importedSince, importJobId, another criterion or all");
        }
        return filter;
    }

    private static Problem invalid(String pointer, String detail) {
        return Problem.invalid(List.of(new Problem.FieldError(pointer, detail)));
    }
}
