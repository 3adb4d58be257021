package io.throughline.campaign.instance;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.campaign.Fields;
import io.throughline.campaign.Preconditions;
import io.throughline.campaign.template.Template;
import io.throughline.events.Topics;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.events.campaign.InstanceSnapshot.Rules;
import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Etags;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

@Path("/api/campaigns/instances")
@Tag(name = "Instances")
@RunOnVirtualThread
public class InstanceResource {

    private static final Logger LOG = Logger.getLogger(InstanceResource.class);
    private static final Duration LIST_MAX_AGE = Duration.ofMinutes(5);
    private static final int NAME_LENGTH = 200;

    private final CurrentCaller current;
    private final Outbox outbox;
    private final Json json;
    private final Clock clock;

    InstanceResource(CurrentCaller current, Outbox outbox, Json json, Clock clock) {
        this.current = current;
        this.outbox = outbox;
        this.json = json;
        this.clock = clock;
    }

    /** @param sender RFC 5322 mailbox */
    record InstanceRequest(
            String name,
            UUID templateId,
            String sender,
            RulesRequest rules,
            Schedule schedule,
            Integer dailyLimit,
            Boolean stopCompanyOnReply) {

        Sending.Wish sending() {
            return new Sending.Wish(schedule, dailyLimit, stopCompanyOnReply);
        }
    }

    /** Null leaves a field as it is. @param status only {@code archived}; other states have calls of their own */
    record InstanceChange(
            String name,
            String sender,
            String status,
            RulesRequest rules,
            Schedule schedule,
            Integer dailyLimit,
            Boolean stopCompanyOnReply) {

        Sending.Wish sending() {
            return new Sending.Wish(schedule, dailyLimit, stopCompanyOnReply);
        }
    }

    @POST
    @Transactional
    @Operation(summary = "Make a draft from a template; its steps are copied now")
    public Response create(InstanceRequest request) {
        Fields fields = new Fields();
        fields.text("/name", Fields.body(request).name(), NAME_LENGTH);
        checkSender(request.sender(), fields);
        Template template = template(request.templateId(), fields);
        Sending sending = Sending.FREELY.changed(request.sending(), fields);
        Rules rules = RulesRequest.over(Rules.DEFAULT, request.rules(), fields);
        fields.check();
        Instance instance = new Instance(
                current.tenantId(),
                template,
                request.name().strip(),
                request.sender().strip(),
                rules,
                clock.instant());
        instance.send(sending);
        instance.persist();
        publish(instance);
        LOG.infof("Instance created; instance=%s template=%s", instance.id(), request.templateId());
        return Response.status(201)
                .header("Location", "/api/campaigns/instances/" + instance.id())
                .tag(Etags.version(instance.version()))
                .entity(Envelope.of(instance.view()))
                .build();
    }

    @GET
    @Operation(summary = "Instances, newest first, without their steps")
    public Response list(
            @QueryParam("status") String status,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit,
            @Context Request request) {
        int shown = Page.limit(limit);
        Page<InstanceView.Summary> page = Page.of(
                Instance.newest(current.tenantId(), Status.parse(status), Cursor.decode(cursor, 1), shown),
                shown,
                instance -> Cursor.of(instance.id()));
        return Etags.answer(request, Etags.content(json, page), LIST_MAX_AGE, () -> page);
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One instance with its steps")
    public Response read(@PathParam("id") UUID id, @Context Request request) {
        Instance instance = Instance.named(current.tenantId(), id, LockModeType.NONE);
        return Etags.answer(
                request, Etags.version(instance.version()), Duration.ZERO, () -> Envelope.of(instance.view()));
    }

    @PATCH
    @Path("/{id}")
    @Transactional
    @Operation(summary = "Rename, change sender, rules, when and how much is sent, or archive with status archived")
    public Response change(@PathParam("id") UUID id, InstanceChange change, @Context Request conditions) {
        Fields fields = new Fields();
        if (Fields.body(change).name() != null) {
            fields.text("/name", change.name(), NAME_LENGTH);
        }
        if (change.sender() != null) {
            checkSender(change.sender(), fields);
        }
        boolean archives = change.status() != null;
        if (archives && !change.status().equals(Status.ARCHIVED.toString())) {
            fields.refuse("/status", "can only be set to archived; use activate, pause, resume or complete");
        }
        Sending.FREELY.changed(change.sending(), fields);
        fields.check();
        Instance instance = locked(id);
        Preconditions.check(conditions, instance.version());
        Rules rules = RulesRequest.over(instance.rules(), change.rules(), fields);
        Sending sending = instance.sending().changed(change.sending(), fields);
        fields.check();
        boolean edited =
                instance.edit(stripped(change.name()), stripped(change.sender()), rules, sending, clock.instant());
        if (archives) {
            instance.archive(clock.instant());
        }
        if (edited || archives) {
            publish(instance);
            LOG.infof("Instance changed; instance=%s status=%s", id, instance.status());
        }
        return answer(instance);
    }

    @POST
    @Path("/{id}/activate")
    @Transactional
    @Operation(summary = "Start a draft")
    public Response activate(@PathParam("id") UUID id) {
        return move(id, Instance::activate);
    }

    @POST
    @Path("/{id}/pause")
    @Transactional
    @Operation(summary = "Hold an active instance")
    public Response pause(@PathParam("id") UUID id) {
        return move(id, Instance::pause);
    }

    @POST
    @Path("/{id}/resume")
    @Transactional
    @Operation(summary = "Go on with a paused instance")
    public Response resume(@PathParam("id") UUID id) {
        return move(id, Instance::resume);
    }

    @POST
    @Path("/{id}/complete")
    @Transactional
    @Operation(summary = "End an active or paused instance")
    public Response complete(@PathParam("id") UUID id) {
        return move(id, Instance::complete);
    }

    private Response move(UUID id, BiConsumer<Instance, Instant> transition) {
        Instance instance = locked(id);
        transition.accept(instance, clock.instant());
        publish(instance);
        LOG.infof("Instance moved; instance=%s status=%s", id, instance.status());
        return answer(instance);
    }

    private Instance locked(UUID id) {
        return Instance.named(current.tenantId(), id, LockModeType.PESSIMISTIC_WRITE);
    }

    private void publish(Instance instance) {
        outbox.publish(OutboundEvent.of(
                Topics.CAMPAIGN_INSTANCES,
                instance.id(),
                InstanceSnapshot.TYPE,
                current.tenantId(),
                instance.snapshot()));
    }

    private static Response answer(Instance instance) {
        return Response.ok(Envelope.of(instance.view()))
                .tag(Etags.version(instance.version()))
                .build();
    }

    private Template template(UUID id, Fields fields) {
        if (id == null) {
            fields.refuse("/templateId", "is required");
            return null;
        }
        try {
            return Template.named(current.tenantId(), id, LockModeType.NONE);
        } catch (Problem problem) {
            if (problem.error() != CommonErrors.NOT_FOUND) {
                throw problem;
            }
            fields.refuse("/templateId", "names no template");
            return null;
        }
    }

    private static void checkSender(String sender, Fields fields) {
        if (fields.text("/sender", sender, Mailbox.MAX_LENGTH) && !Mailbox.isValid(sender.strip())) {
            fields.refuse("/sender", "must be a mailbox such as Ann <ann@example.com>");
        }
    }

    private static String stripped(String text) {
        return text == null ? null : text.strip();
    }
}
