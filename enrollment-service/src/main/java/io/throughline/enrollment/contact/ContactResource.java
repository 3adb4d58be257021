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
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/contacts")
@RunOnVirtualThread
public class ContactResource {

    private final ContactStore contacts;
    private final CurrentCaller caller;
    private final Json json;

    ContactResource(ContactStore contacts, CurrentCaller caller, Json json) {
        this.contacts = contacts;
        this.caller = caller;
        this.json = json;
    }

    /** What a list may be restricted to. */
    public record Query(
            @QueryParam("search") String search,
            @QueryParam("companyDomain") String companyDomain,
            @QueryParam("importedSince") String importedSince,
            @QueryParam("email") String email,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit) {}

    @GET
    public Response list(@BeanParam Query query, @Context Request request) {
        int limit = Page.limit(query.limit());
        ContactFilter filter = new ContactFilter(
                query.search(),
                query.companyDomain(),
                ContactFilter.since(query.importedSince(), "/importedSince"),
                query.email(),
                null);
        List<Contact> rows = contacts.page(caller.tenantId(), filter, Cursor.decode(query.cursor(), 1), limit);
        Page<Contact> page = Page.of(rows, limit, contact -> Cursor.of(contact.id()));
        return Etags.answer(request, Etags.content(json, page), Duration.ZERO, () -> page);
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
        return Envelope.of(contacts.find(caller.tenantId(), id).orElseThrow(() -> Problem.notFound("contact", id)));
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
