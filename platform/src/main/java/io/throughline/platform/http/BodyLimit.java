package io.throughline.platform.http;

import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses a declared body that is too large before it is read, with a problem. A body of unknown length runs into the
 * server's own limit ({@code quarkus.http.limits.max-body-size}).
 */
@Singleton
public class BodyLimit {

    private final long limit;

    BodyLimit(@ConfigProperty(name = "throughline.http.max-body-bytes", defaultValue = "4000000") long limit) {
        this.limit = limit;
    }

    @ServerRequestFilter(preMatching = true, priority = 2)
    public void check(ContainerRequestContext request) {
        if (request.getLength() > limit) {
            throw new Problem(
                    CommonErrors.TOO_LARGE,
                    "The body has " + request.getLength() + " bytes; at most " + limit + " are accepted.");
        }
    }
}
