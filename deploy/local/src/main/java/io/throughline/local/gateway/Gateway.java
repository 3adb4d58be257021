package io.throughline.local.gateway;

import io.throughline.local.mail.MailSink;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The address users and browsers talk to. Its own pages first, then the services by path. */
public final class Gateway implements AutoCloseable {

    /** Longer than any answer may take, and than the heartbeats of a stream are apart. */
    private static final int IDLE_SECONDS = 120;

    private final Vertx vertx;
    private final Forwarding forwarding;
    private final OwnPages pages;
    private HttpServer server;

    private Gateway(Vertx vertx, Map<String, Integer> ports, Optional<MailSink> sink, Duration limit) {
        this.vertx = vertx;
        this.forwarding = new Forwarding(vertx, ports, limit);
        this.pages = new OwnPages(vertx, ports, sink);
    }

    /** @param ports of the services by name; @param limit how long a service may take to answer */
    public static Gateway start(int port, Map<String, Integer> ports, Optional<MailSink> sink, Duration limit)
            throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(false));
        Gateway gateway = new Gateway(vertx, ports, sink, limit);
        HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                // The services speak HTTP/1.1; a client that offers to upgrade is answered in what it came with.
                .setHttp2ClearTextEnabled(false)
                .setMaxHeaderSize(32 * 1024)
                .setMaxInitialLineLength(16 * 1024)
                .setIdleTimeout(IDLE_SECONDS);
        gateway.server = vertx.createHttpServer(options)
                .requestHandler(gateway::handle)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        return gateway;
    }

    public int port() {
        return server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        if (pages.answer(request)) {
            return;
        }
        if (Routes.serviceOf(request.path()).isPresent()) {
            forwarding.handle(request);
        } else {
            Problem.notFound(request.path()).answer(request, RequestIds.of(request));
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
