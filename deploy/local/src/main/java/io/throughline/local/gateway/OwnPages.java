package io.throughline.local.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.mail.MailSink;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What the gateway shows itself: the landing page, the API document and its page, health, and the mail sink. */
final class OwnPages {

    private static final String SWAGGER = "META-INF/resources/webjars/swagger-ui/";
    private static final int MOST_MAILS = 1_000;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Vertx vertx;
    private final Optional<MailSink> sink;
    private final Upstreams upstreams;

    OwnPages(Vertx vertx, Map<String, Integer> ports, Optional<MailSink> sink) {
        this.vertx = vertx;
        this.sink = sink;
        this.upstreams = new Upstreams(vertx, ports);
    }

    /** @return false when the path is not one of these */
    boolean answer(HttpServerRequest request) {
        String path = request.path();
        switch (path) {
            case "/" -> send(request, "text/html; charset=utf-8", () -> resource("web/index.html"));
            case "/health" ->
                upstreams.readiness().onSuccess(ready -> {
                    boolean all = ready.values().stream().allMatch(Boolean::booleanValue);
                    request.response().setStatusCode(all ? 200 : 503);
                    json(request, Map.of("status", all ? "UP" : "DOWN", "services", ready));
                });
            case "/openapi.json" ->
                upstreams
                        .documents()
                        .map(OpenApiMerge::merge)
                        .onSuccess(document -> json(request, document))
                        .onFailure(
                                failure -> Problem.unavailable("gateway", "could not merge the documents: " + failure)
                                        .answer(request, RequestIds.of(request)));
            case "/docs", "/docs/" -> send(request, "text/html; charset=utf-8", () -> resource("web/docs.html"));
            case "/_local/mail" -> mails(request);
            case "/_local/mail/count" -> count(request);
            default -> {
                return asset(request, path);
            }
        }
        return true;
    }

    private boolean asset(HttpServerRequest request, String path) {
        if (!path.startsWith("/docs/") || path.contains("..")) {
            return false;
        }
        String name = path.substring("/docs/".length());
        String type = name.endsWith(".css") ? "text/css" : name.endsWith(".png") ? "image/png" : "text/javascript";
        send(request, type, () -> resource(swaggerUi() + name));
        return true;
    }

    private static String swaggerUi() throws IOException {
        String version = new String(
                resource("META-INF/maven/org.webjars/swagger-ui/pom.properties"),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        return SWAGGER + version.replaceAll("(?s).*version=([^\\s]+).*", "$1") + "/";
    }

    private void mails(HttpServerRequest request) {
        if (hasSink(request)) {
            String limit = request.getParam("limit", "50");
            int most = limit.matches("\\d{1,6}") ? Math.min(MOST_MAILS, Integer.parseInt(limit)) : 50;
            send(
                    request,
                    "application/json",
                    () -> JSON.writeValueAsBytes(sink.orElseThrow().newest(request.getParam("to"), most)));
        }
    }

    private void count(HttpServerRequest request) {
        if (hasSink(request)) {
            json(request, Map.of("count", sink.orElseThrow().count()));
        }
    }

    private boolean hasSink(HttpServerRequest request) {
        if (sink.isEmpty()) {
            new Problem(404, "Not Found", "not_found", "Mails go to the server named by THROUGHLINE_SMTP_URL.")
                    .answer(request, RequestIds.of(request));
        }
        return sink.isPresent();
    }

    /** Reads files off the event loop. */
    private void send(HttpServerRequest request, String type, Callable<byte[]> body) {
        vertx.executeBlocking(body, false)
                .onSuccess(bytes -> head(request, type).response().end(Buffer.buffer(bytes)))
                .onFailure(missing -> Problem.notFound(request.path()).answer(request, RequestIds.of(request)));
    }

    private static void json(HttpServerRequest request, Object value) {
        try {
            head(request, "application/json").response().end(Buffer.buffer(JSON.writeValueAsBytes(value)));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static HttpServerRequest head(HttpServerRequest request, String type) {
        request.response().putHeader("Content-Type", type).putHeader(RequestIds.HEADER, RequestIds.of(request));
        return request;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = OwnPages.class.getClassLoader().getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("no resource " + name);
            }
            return stream.readAllBytes();
        }
    }
}
