package io.throughline.local.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyResponse;
import java.time.Duration;
import java.util.Map;

/**
 * Passes a request to a service and its answer back, byte by byte as they come: uploads, server-sent events and
 * WebSockets are never held in memory. A service that cannot be reached, breaks off or stays silent is a 503.
 */
final class Forwarding {

    /** Streams hold a connection each, so the pool is no limit on ordinary requests. */
    private static final int CONNECTIONS_PER_SERVICE = 1_000;

    private final Vertx vertx;
    private final Map<String, Integer> ports;
    private final Duration limit;
    private final HttpProxy proxy;

    Forwarding(Vertx vertx, Map<String, Integer> ports, Duration limit) {
        this.vertx = vertx;
        this.ports = ports;
        this.limit = limit;
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(2_000).setKeepAliveTimeout(30),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_SERVICE));
        this.proxy = HttpProxy.reverseProxy(client).origin(this::open).addInterceptor(new Answers());
    }

    void handle(HttpServerRequest request) {
        proxy.handle(request);
    }

    private Future<HttpClientRequest> open(ProxyContext context) {
        HttpServerRequest request = context.request().proxiedRequest();
        int port = ports.get(service(request));
        return context.client()
                .request(new RequestOptions().setHost("127.0.0.1").setPort(port))
                .onSuccess(forwarded -> limitSilence(request, forwarded));
    }

    /** Counted from the last byte of the request, for a large upload takes its time. Streams are silent by nature. */
    private void limitSilence(HttpServerRequest request, HttpClientRequest forwarded) {
        if (isStream(request)) {
            return;
        }
        request.end().onSuccess(complete -> {
            long timer = vertx.setTimer(limit.toMillis(), late -> forwarded.reset());
            request.response().endHandler(answered -> vertx.cancelTimer(timer));
            request.response().closeHandler(closed -> vertx.cancelTimer(timer));
        });
    }

    private static boolean isStream(HttpServerRequest request) {
        String accept = request.getHeader("Accept");
        return request.path().endsWith("/stream")
                || "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                || (accept != null && accept.contains("text/event-stream"));
    }

    private static String service(HttpServerRequest request) {
        return Routes.serviceOf(request.path()).orElseThrow();
    }

    private static final class Answers implements ProxyInterceptor {

        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            HttpServerRequest request = context.request().proxiedRequest();
            String requestId = RequestIds.of(request);
            context.set(RequestIds.HEADER, requestId);
            context.request().putHeader(RequestIds.HEADER, requestId);
            context.request().putHeader("X-Forwarded-Host", String.valueOf(request.getHeader("Host")));
            context.request().putHeader("X-Forwarded-Proto", "http");
            return context.sendRequest().recover(failure -> Future.succeededFuture(unavailable(context, request)));
        }

        @Override
        public Future<Void> handleProxyResponse(ProxyContext context) {
            context.response().putHeader(RequestIds.HEADER, context.get(RequestIds.HEADER, String.class));
            return context.sendResponse();
        }

        private static ProxyResponse unavailable(ProxyContext context, HttpServerRequest request) {
            Problem problem = Problem.unavailable(service(request), "does not answer; try again in a moment.");
            ProxyResponse response = context.request()
                    .release()
                    .response()
                    .setStatusCode(problem.status())
                    .putHeader("Content-Type", Problem.CONTENT_TYPE)
                    .putHeader("Retry-After", Problem.RETRY_AFTER_SECONDS)
                    .setBody(Body.body(problem.body(request.path(), context.get(RequestIds.HEADER, String.class))));
            if (!request.isEnded()) {
                // The rest of an upload has nowhere to go.
                response.putHeader("Connection", "close");
            }
            return response;
        }
    }
}
