package io.throughline.platform.http;

import io.throughline.platform.telemetry.TraceParent;
import io.throughline.platform.time.Ids;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** {@code X-Request-Id} on every answer: the caller's when it is a sane one, else a new one. Also in every log line. */
public class RequestIds {

    public static final String HEADER = "X-Request-Id";
    static final String PROPERTY = "throughline.requestId";
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    @ServerRequestFilter(preMatching = true, priority = 1)
    public void begin(ContainerRequestContext request) {
        String given = request.getHeaderString(HEADER);
        String id = given != null && SANE.matcher(given).matches()
                ? given
                : Ids.next().toString();
        request.setProperty(PROPERTY, id);
        MDC.put("requestId", id);
        TraceParent.begin(request.getHeaderString("traceparent"));
    }

    @ServerResponseFilter
    public void answer(ContainerRequestContext request, ContainerResponseContext response) {
        Object id = request.getProperty(PROPERTY);
        if (id != null) {
            response.getHeaders().putSingle(HEADER, id);
        }
    }
}
