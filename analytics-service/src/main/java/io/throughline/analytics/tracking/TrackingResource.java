package io.throughline.analytics.tracking;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.events.engagement.TrackingToken;
import io.throughline.events.engagement.TrackingToken.Action;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Base64;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Followed by mail programs, without a key. Nobody who reads a mail waits for our database. */
@Path("/t")
@RunOnVirtualThread
public class TrackingResource {

    /** One transparent point. */
    private static final byte[] PIXEL =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private final Recipients recipients;

    TrackingResource(Recipients recipients) {
        this.recipients = recipients;
    }

    @GET
    @Path("/o/{token}.gif")
    @Operation(hidden = true)
    public Response open(String token, @Context HttpHeaders headers) {
        Optional<TrackingToken> known = recipients.read(token, Action.OPEN);
        known.ifPresent(each -> recipients.followed(each, headers));
        return pixel(known);
    }

    /** Programs that look whether a link is alive do not open a mail. */
    @HEAD
    @Path("/o/{token}.gif")
    @Operation(hidden = true)
    public Response openHead(String token) {
        return pixel(recipients.read(token, Action.OPEN));
    }

    @GET
    @Path("/c/{token}")
    @Operation(hidden = true)
    public Response click(String token, @Context HttpHeaders headers) {
        Optional<TrackingToken> known = recipients.read(token, Action.CLICK);
        known.ifPresent(each -> recipients.followed(each, headers));
        return redirect(known);
    }

    @HEAD
    @Path("/c/{token}")
    @Operation(hidden = true)
    public Response clickHead(String token) {
        return redirect(recipients.read(token, Action.CLICK));
    }

    private static Response pixel(Optional<TrackingToken> known) {
        return known.isEmpty()
                ? PublicPage.unknown()
                : PublicPage.unkept(Response.ok(PIXEL, "image/gif")).build();
    }

    private static Response redirect(Optional<TrackingToken> known) {
        return known.map(token -> PublicPage.unkept(Response.status(302))
                        .location(URI.create(token.url()))
                        .build())
                .orElseGet(PublicPage::unknown);
    }
}
