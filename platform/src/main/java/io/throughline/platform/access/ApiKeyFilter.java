package io.throughline.platform.access;

import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Lets a request under {@code /api} or {@code /internal} through only with a key whose scopes allow it. */
@Singleton
public class ApiKeyFilter {

    private final KeyDirectory keys;
    private final CurrentCaller current;

    ApiKeyFilter(KeyDirectory keys, CurrentCaller current) {
        this.keys = keys;
        this.current = current;
    }

    @ServerRequestFilter(priority = 10)
    public void check(ContainerRequestContext request, ResourceInfo resource) {
        String path = request.getUriInfo().getPath();
        if (!path.startsWith("/api/") && !path.startsWith("/internal/")) {
            return;
        }
        if (resource.getResourceMethod() != null && resource.getResourceMethod().isAnnotationPresent(Public.class)) {
            return;
        }
        String key = request.getHeaderString(ApiKeys.HEADER);
        Caller caller = keys.authenticate(key)
                .orElseThrow(() -> new Problem(
                        CommonErrors.UNAUTHENTICATED,
                        key == null
                                ? "Send an API key in the header X-API-Key."
                                : "The API key is unknown, deleted or expired."));
        String needed = neededScope(request, resource);
        if (!caller.scopes().contains(needed)) {
            throw new Problem(CommonErrors.FORBIDDEN, "This needs the scope " + needed + ".");
        }
        current.set(caller, key);
        MDC.put("tenant", caller.tenantId().toString());
    }

    private static String neededScope(ContainerRequestContext request, ResourceInfo resource) {
        if (resource.getResourceMethod() != null && resource.getResourceMethod().isAnnotationPresent(AdminOnly.class)) {
            return "admin";
        }
        return switch (request.getMethod()) {
            case "GET", "HEAD", "OPTIONS" -> "read";
            default -> "write";
        };
    }
}
