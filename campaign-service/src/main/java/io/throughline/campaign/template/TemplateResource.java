package io.throughline.campaign.template;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.campaign.Fields;
import io.throughline.campaign.Preconditions;
import io.throughline.events.campaign.InstanceSnapshot.Step;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Etags;
import io.throughline.platform.http.Page;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

@Path("/api/campaigns/templates")
@Tag(name = "Templates")
@RunOnVirtualThread
public class TemplateResource {

    private static final Logger LOG = Logger.getLogger(TemplateResource.class);

    private final CurrentCaller current;
    private final Json json;
    private final Clock clock;

    TemplateResource(CurrentCaller current, Json json, Clock clock) {
        this.current = current;
        this.json = json;
        this.clock = clock;
    }

    @POST
    @Transactional
    @Operation(summary = "Make a template")
    public Response create(TemplateRequest request) {
        List<Step> steps = Fields.body(request).checked(json);
        Template template = new Template(current.tenantId(), request.name().strip(), steps, clock.instant());
        template.persist();
        LOG.infof("Template created; template=%s steps=%d", template.id(), steps.size());
        return Response.status(201)
                .header("Location", "/api/campaigns/templates/" + template.id())
                .tag(Etags.version(template.version()))
                .entity(Envelope.of(template.view()))
                .build();
    }

    @GET
    @Operation(summary = "Templates, newest first, without their steps")
    public Page<Template.Summary> list(@QueryParam("cursor") String cursor, @QueryParam("limit") Integer limit) {
        int shown = Page.limit(limit);
        return Page.of(
                Template.newest(current.tenantId(), Cursor.decode(cursor, 1), shown),
                shown,
                template -> Cursor.of(template.id()));
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One template with its steps")
    public Response read(@PathParam("id") UUID id, @Context Request request) {
        Template template = Template.named(current.tenantId(), id, LockModeType.NONE);
        return Etags.answer(
                request, Etags.version(template.version()), Duration.ZERO, () -> Envelope.of(template.view()));
    }

    @PUT
    @Path("/{id}")
    @Transactional
    @Operation(summary = "Replace a template; instances made from it keep their steps")
    public Response replace(@PathParam("id") UUID id, TemplateRequest request, @Context Request conditions) {
        List<Step> steps = Fields.body(request).checked(json);
        Template template = Template.named(current.tenantId(), id, LockModeType.PESSIMISTIC_WRITE);
        Preconditions.check(conditions, template.version());
        template.replace(request.name().strip(), steps, clock.instant());
        LOG.infof("Template replaced; template=%s version=%d", id, template.version());
        return Response.ok(Envelope.of(template.view()))
                .tag(Etags.version(template.version()))
                .build();
    }

    @DELETE
    @Path("/{id}")
    @Transactional
    @Operation(summary = "Delete a template; instances made from it live on")
    public void delete(@PathParam("id") UUID id, @Context Request conditions) {
        Template template = Template.named(current.tenantId(), id, LockModeType.PESSIMISTIC_WRITE);
        Preconditions.check(conditions, template.version());
        template.hide(clock.instant());
        LOG.infof("Template deleted; template=%s", id);
    }
}
