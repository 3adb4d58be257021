package io.throughline.enrollment.sequence;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.enrollment.contact.EmailAddress;
import io.throughline.enrollment.sequence.RenderTemplate.Rendered;
import io.throughline.enrollment.suppression.Suppressions;
import io.throughline.enrollment.suppression.Suppressions.Address;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.events.jobs.JobRequested;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.time.Ids;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Here and not in campaign-service, because contacts are here and what fills a step in when it is sent. */
@Path("/api/campaigns/templates/{templateId}")
@Tag(name = "Templates")
@RunOnVirtualThread
public class TemplatePreviewResource {

    private final RenderTemplate render;
    private final Suppressions suppressions;
    private final Outbox outbox;
    private final CurrentCaller caller;

    TemplatePreviewResource(RenderTemplate render, Suppressions suppressions, Outbox outbox, CurrentCaller caller) {
        this.render = render;
        this.suppressions = suppressions;
        this.outbox = outbox;
        this.caller = caller;
    }

    /** @param values by the names that templates use; they win over the contact's */
    public record PreviewRequest(Integer step, UUID contactId, Map<String, Object> values) {}

    /** @param sender RFC 5322 mailbox, as an instance has it */
    public record TestSendRequest(String to, String sender, Integer step, UUID contactId, Map<String, Object> values) {}

    public record TestSend(UUID jobId) {}

    @POST
    @Path("/preview")
    @Operation(summary = "A step as a contact would get it, without our links")
    public Envelope<Rendered> preview(UUID templateId, @NotNull PreviewRequest request) {
        return Envelope.of(
                withoutPlaces(render.step(templateId, request.step(), request.contactId(), request.values())));
    }

    @POST
    @Path("/test-send")
    @Operation(summary = "A step sent to one address, marked [Test], as the job it answers with; no report counts it")
    public Response testSend(UUID templateId, @NotNull TestSendRequest request) {
        String to = EmailAddress.normalise(request.to())
                .orElseThrow(() ->
                        RenderTemplate.invalid("/to", request.to() == null ? "is missing" : "is not an email address"));
        if (request.sender() == null || request.sender().isBlank()) {
            throw RenderTemplate.invalid("/sender", "is missing");
        }
        Address address = new Address(caller.tenantId(), to);
        if (suppressions.of(List.of(address)).get(address).reason().isPresent()) {
            throw RenderTemplate.invalid("/to", "is suppressed");
        }
        Rendered rendered =
                withoutPlaces(render.step(templateId, request.step(), request.contactId(), request.values()));
        if (!rendered.channel().equals("email")) {
            throw RenderTemplate.invalid("/step", "is not sent by email");
        }
        UUID jobId = Ids.next();
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("sender", request.sender());
        parameters.put("to", to);
        parameters.put("subject", rendered.subject());
        parameters.put("body", rendered.body());
        parameters.put("html", rendered.html());
        outbox.publish(OutboundEvent.of(
                Topics.JOB_REQUESTS,
                jobId,
                JobRequested.TYPE,
                caller.tenantId(),
                new JobRequested(jobId, "test_mail", parameters, "high", null, null)));
        return Response.accepted(Envelope.of(new TestSend(jobId))).build();
    }

    /** Nobody's enrollment can be unsubscribed. */
    private static Rendered withoutPlaces(Rendered rendered) {
        return new Rendered(
                rendered.step(),
                rendered.channel(),
                rendered.subject(),
                withoutPlace(rendered.body()),
                withoutPlace(rendered.html()),
                rendered.missing());
    }

    private static String withoutPlace(String text) {
        return text == null ? null : text.replace(OutreachMessage.UNSUBSCRIBE_URL, "#");
    }
}
