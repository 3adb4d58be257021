package io.throughline.enrollment.contact;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Etags;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/contacts")
@RunOnVirtualThread
public class ContactResource {

    private static final String ATTRIBUTE = "attributes.";

    private final ContactStore contacts;
    private final MergeContacts merges;
    private final SavedFilters segments;
    private final CurrentCaller caller;
    private final Json json;

    ContactResource(
            ContactStore contacts, MergeContacts merges, SavedFilters segments, CurrentCaller caller, Json json) {
        this.contacts = contacts;
        this.merges = merges;
        this.segments = segments;
        this.caller = caller;
        this.json = json;
    }

    /** What a list may be restricted to, besides {@code attributes.NAME}. */
    public record Query(
            @QueryParam("search") String search,
            @QueryParam("companyDomain") String companyDomain,
            @QueryParam("importedSince") String importedSince,
            @QueryParam("email") String email,
            @QueryParam("importJobId") UUID importJobId,
            @QueryParam("role") String role,
            @QueryParam("disposable") String disposable,
            @QueryParam("segment") String segment,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit) {

        ContactFilter filter(Map<String, String> attributes) {
            return new FilterRequest(
                            search,
                            companyDomain,
                            importedSince,
                            email,
                            importJobId,
                            attributes,
                            flag("/role", role),
                            flag("/disposable", disposable),
                            false)
                    .checked("");
        }

        private static Boolean flag(String pointer, String text) {
            return switch (text) {
                case null -> null;
                case "true" -> true;
                case "false" -> false;
                default -> throw Problem.invalid(List.of(new Problem.FieldError(pointer, "must be true or false")));
            };
        }
    }

    @GET
    @Operation(
            summary = "Contacts, newest first",
            description = "Give `segment` or other criteria, among them `attributes.NAME=value`. With `search`,"
                    + " attributes, `role` or `disposable` a page may be short, even empty, and have a next one.")
    public Response list(@BeanParam Query query, @Context UriInfo uri, @Context Request request) {
        int limit = Page.limit(query.limit());
        ContactFilter filter = query.filter(attributes(uri));
        if (query.segment() != null) {
            if (filter.restricts()) {
                throw Problem.invalid(
                        List.of(new Problem.FieldError("/segment", "cannot be given with other criteria")));
            }
            filter = segments.require(query.segment());
        }
        ContactStore.Found found = contacts.page(caller.tenantId(), filter, Cursor.decode(query.cursor(), 1), limit);
        Page<Contact> page = found.lookedTo() == null
                ? Page.of(found.contacts(), limit, contact -> Cursor.of(contact.id()))
                : new Page<>(
                        true,
                        found.contacts(),
                        new Page.Position(Cursor.of(found.lookedTo()).encoded(), limit));
        return Etags.answer(request, Etags.content(json, page), Duration.ZERO, () -> page);
    }

    private static Map<String, String> attributes(UriInfo uri) {
        Map<String, String> attributes = new LinkedHashMap<>();
        uri.getQueryParameters().forEach((name, values) -> {
            if (name.startsWith(ATTRIBUTE) && name.length() > ATTRIBUTE.length()) {
                attributes.put(name.substring(ATTRIBUTE.length()), values.getFirst());
            }
        });
        return attributes;
    }

    @POST
    public Response create(@NotNull ContactFields fields) {
        Contact created = contacts.create(caller.tenantId(), accepted(fields));
        return Response.created(URI.create("/api/contacts/" + created.id()))
                .entity(Envelope.of(created))
                .build();
    }

    @GET
    @Path("/{id}")
    public Envelope<Contact> show(UUID id) {
        return Envelope.of(find(id));
    }

    public record MergeRequest(UUID contactId) {}

    @POST
    @Path("/{id}/merge")
    @Operation(
            summary = "Make one contact of two",
            description =
                    "`contactId` becomes part of this contact: fields and attributes that this one lacks are filled,"
                            + " enrollments move. In an instance that both are in, the further one stays and the other is stopped."
                            + " Again is no error.")
    public Envelope<Contact> merge(UUID id, @NotNull MergeRequest request) {
        if (request.contactId() == null) {
            throw Problem.invalid(List.of(new Problem.FieldError("/contactId", "is missing")));
        }
        merges.merge(caller.tenantId(), id, request.contactId());
        return Envelope.of(find(id));
    }

    private Contact find(UUID id) {
        return contacts.find(caller.tenantId(), id).orElseThrow(() -> Problem.notFound("contact", id));
    }

    /** JSON Merge Patch (RFC 7396): what is absent stays, null clears, attributes are merged by name. */
    @PATCH
    @Path("/{id}")
    public Envelope<Contact> change(UUID id, @NotNull JsonNode patch) {
        return Envelope.of(contacts.change(caller.tenantId(), id, stored -> accepted(merge(stored, patch)))
                .orElseThrow(() -> Problem.notFound("contact", id)));
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            summary = "Delete a contact and forget the person",
            description = "In all services: enrollments and figures stay, without anything that tells who it was.")
    @ResponseStatus(204)
    public void delete(UUID id) {
        if (!contacts.delete(caller.tenantId(), id)) {
            throw Problem.notFound("contact", id);
        }
    }

    private ContactFields merge(ContactFields stored, JsonNode patch) {
        Map<String, Object> attributes = new LinkedHashMap<>(stored.attributes());
        if (patch.path("attributes").isObject()) {
            json.read(patch.path("attributes").toString(), new TypeReference<Map<String, Object>>() {})
                    .forEach((name, value) -> {
                        if (value == null) {
                            attributes.remove(name);
                        } else {
                            attributes.put(name, value);
                        }
                    });
        }
        return new ContactFields(
                text(patch, "email", stored.email()),
                text(patch, "firstName", stored.firstName()),
                text(patch, "lastName", stored.lastName()),
                text(patch, "company", stored.company()),
                text(patch, "companyDomain", stored.companyDomain()),
                attributes);
    }

    private static String text(JsonNode patch, String field, String stored) {
        return patch.has(field) ? patch.get(field).asText(null) : stored;
    }

    private static ContactFields accepted(ContactFields fields) {
        List<Problem.FieldError> errors = fields.flaws().stream()
                .map(flaw -> new Problem.FieldError("/" + flaw.field(), flaw.detail()))
                .toList();
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return fields;
    }
}
