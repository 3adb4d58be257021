package io.throughline.campaign;

import io.throughline.platform.http.Etags;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.core.Request;

/** {@code If-Match} on writes (RFC 9110, section 13.1.1): nobody overwrites a version they have not seen. */
public final class Preconditions {

    private Preconditions() {}

    /** Passes when the client sent no condition, or one that the current version meets. */
    public static void check(Request request, long version) {
        if (request.evaluatePreconditions(Etags.version(version)) != null) {
            throw new Problem(
                    CampaignErrors.CHANGED_MEANWHILE,
                    "The resource is at version " + version + "; read it again and repeat the change.");
        }
    }
}
