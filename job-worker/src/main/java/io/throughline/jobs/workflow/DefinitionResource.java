package io.throughline.jobs.workflow;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/workflows/definitions")
@RunOnVirtualThread
public class DefinitionResource {

    private final Definitions definitions;
    private final DefinitionReader reader;
    private final CurrentCaller caller;

    DefinitionResource(Definitions definitions, DefinitionReader reader, CurrentCaller caller) {
        this.definitions = definitions;
        this.reader = reader;
        this.caller = caller;
    }

    /**
     * @param builtIn it came with the service; PUT makes one of the tenant's own in its place
     * @param updatedAt null for a built-in one
     */
    public record DefinitionView(
            String name,
            boolean builtIn,
            String description,
            Map<String, Definition.Input> inputs,
            List<Definition.Step> steps,
            Instant updatedAt) {
        static DefinitionView of(Definitions.Named named) {
            Definition definition = named.definition();
            return new DefinitionView(
                    named.name(),
                    named.builtIn(),
                    definition.description(),
                    definition.inputs(),
                    definition.steps(),
                    named.updatedAt());
        }
    }

    @PUT
    @Path("{name}")
    @Consumes({"application/json", "application/yaml", "application/x-yaml", "text/yaml"})
    public Envelope<DefinitionView> put(
            @PathParam("name") String name, @HeaderParam("Content-Type") String type, String body) {
        List<FieldError> errors = new ArrayList<>();
        DefinitionReader.checkName(name, "/name", errors);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        Definition definition = reader.read(body == null ? "" : body, type.contains("yaml"));
        return Envelope.of(DefinitionView.of(definitions.put(caller.tenantId(), name, definition)));
    }

    /** By name, those of the tenant and built-in ones together. */
    @GET
    public Page<DefinitionView> list(@QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        int size = Page.limit(limit);
        Cursor after = Cursor.decode(cursor, 1);
        if (after != null) {
            List<FieldError> errors = new ArrayList<>();
            DefinitionReader.checkName(after.text(0), "/cursor", errors);
            if (!errors.isEmpty()) {
                throw Problem.invalid(List.of(new FieldError("/cursor", "is not a cursor of this list")));
            }
        }
        List<DefinitionView> rows =
                definitions.list(caller.tenantId(), after == null ? "" : after.text(0), size + 1).stream()
                        .map(DefinitionView::of)
                        .toList();
        return Page.of(rows, size, definition -> Cursor.of(definition.name()));
    }

    @GET
    @Path("{name}")
    public Envelope<DefinitionView> show(@PathParam("name") String name) {
        return Envelope.of(DefinitionView.of(definitions
                .find(caller.tenantId(), name)
                .orElseThrow(() -> Problem.notFound("workflow definition", name))));
    }

    /** Runs that have begun go on. A built-in one cannot be removed, only one of the tenant's in its place. */
    @DELETE
    @Path("{name}")
    @ResponseStatus(204)
    public void remove(@PathParam("name") String name) {
        if (!definitions.remove(caller.tenantId(), name)) {
            throw Problem.notFound("workflow definition", name);
        }
    }
}
