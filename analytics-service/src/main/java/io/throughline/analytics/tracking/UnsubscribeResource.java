package io.throughline.analytics.tracking;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.events.engagement.TrackingToken;
import io.throughline.events.engagement.TrackingToken.Action;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * Unsubscribing. Scanners follow every link of a mail, so a GET changes nothing: it shows a button. Mail programs post at once
 * (<a href="https://www.rfc-editor.org/rfc/rfc8058">RFC 8058</a>).
 */
@Path("/u/{token}")
@RunOnVirtualThread
public class UnsubscribeResource {

    /** {@code List-Unsubscribe=One-Click}, as a form, with room for a multipart frame. What it says does not matter. */
    private static final long LARGEST_BODY = 10_000;

    private final Recipients recipients;

    UnsubscribeResource(Recipients recipients) {
        this.recipients = recipients;
    }

    @GET
    @Operation(hidden = true)
    public Response ask(String token) {
        return page(token);
    }

    @HEAD
    @Operation(hidden = true)
    public Response askHead(String token) {
        return page(token);
    }

    @POST
    @Operation(hidden = true)
    public Response unsubscribe(String token, @HeaderParam("Content-Length") Long length) {
        if (length != null && length > LARGEST_BODY) {
            return PublicPage.of(413, "That was too much", "<p>Nothing needs to be sent along.</p>");
        }
        Optional<TrackingToken> known = recipients.read(token, Action.UNSUBSCRIBE);
        if (known.isEmpty()) {
            return PublicPage.unknown();
        }
        return recipients.unsubscribed(known.get())
                ? PublicPage.of(200, "You are unsubscribed", "<p>You will get no more mails from this sender.</p>")
                : PublicPage.of(503, "Please try again", "<p>That could not be noted just now.</p>");
    }

    /** The form posts to where it came from, so there is nothing of the request in the page. */
    private Response page(String token) {
        return recipients
                .read(token, Action.UNSUBSCRIBE)
                .map(known -> PublicPage.of(
                        200,
                        "Unsubscribe",
                        "<p>Do you want to get no more mails from this sender?</p>"
                                + "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\""
                                + " value=\"One-Click\"><button>Unsubscribe</button></form>"))
                .orElseGet(PublicPage::unknown);
    }
}
