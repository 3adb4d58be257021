package io.throughline.jobs.feedback;

import io.quarkus.arc.All;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.jobs.outreach.MessageFeedback;
import io.throughline.jobs.outreach.MessageFeedback.Told;
import io.throughline.platform.access.AdminOnly;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.access.Public;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/webhooks")
@Tag(name = "Webhooks")
@RunOnVirtualThread
public class FeedbackResource {

    /** SendGrid sends up to a thousand events at once, about 768 kB. */
    private static final int LARGEST_BODY = 2 << 20;

    private final Map<String, FeedbackSource> sources;
    private final WebhookAddresses addresses;
    private final MessageFeedback feedback;
    private final CurrentCaller caller;

    FeedbackResource(
            @All List<FeedbackSource> sources,
            WebhookAddresses addresses,
            MessageFeedback feedback,
            CurrentCaller caller) {
        this.sources = sources.stream().collect(Collectors.toMap(FeedbackSource::name, source -> source));
        this.addresses = addresses;
        this.feedback = feedback;
        this.caller = caller;
    }

    /** @param told new ones about mails of ours; the others were told before, or are nobody's */
    public record Taken(int told, int others) {}

    @GET
    @Operation(summary = "Where this tenant's providers post to, by provider; whoever knows an address may post there")
    public Envelope<Map<String, String>> places() {
        return Envelope.of(addresses.of(caller.tenantId(), sources.keySet()));
    }

    @GET
    @Path("/suite")
    @AdminOnly
    @Operation(summary = "The same for a provider's account through which all tenants send")
    public Envelope<Map<String, String>> placesOfAll() {
        return Envelope.of(addresses.of(WebhookAddresses.ALL_TENANTS, sources.keySet()));
    }

    @POST
    @Path("/{provider}/{token}")
    @Public
    @Operation(hidden = true)
    public Envelope<Taken> take(String provider, String token, @Context HttpHeaders headers, InputStream body) {
        FeedbackSource source = sources.get(provider);
        UUID tenant = addresses.tenant(token).orElse(null);
        if (source == null || tenant == null) {
            throw Problem.notFound("webhook", provider);
        }
        List<Told> told = source.read(headers, bounded(body));
        int fresh = tenant.equals(WebhookAddresses.ALL_TENANTS) ? feedback.tell(told) : feedback.tell(tenant, told);
        return Envelope.of(new Taken(fresh, told.size() - fresh));
    }

    private static byte[] bounded(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(LARGEST_BODY + 1);
            if (bytes.length > LARGEST_BODY) {
                throw new Problem(CommonErrors.TOO_LARGE, "The body has more than " + LARGEST_BODY + " bytes.");
            }
            return bytes;
        } catch (IOException e) {
            throw new Problem(CommonErrors.MALFORMED, "The body ended early.", e);
        }
    }
}
