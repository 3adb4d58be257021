package io.throughline.local.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.throughline.local.stack.Ports;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayTest {

    private static final List<String> SERVICES =
            List.of("campaign-service", "enrollment-service", "analytics-service", "chat-service", "job-worker");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, HttpServer> upstreams = new HashMap<>();
    private final AtomicLong uploaded = new AtomicLong();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Vertx vertx = Vertx.vertx();
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        Map<String, Integer> ports = new HashMap<>();
        for (String service : SERVICES) {
            HttpServer upstream = upstream(service);
            upstreams.put(service, upstream);
            ports.put(service, upstream.getAddress().getPort());
        }
        ports.put("chat-service", webSocketUpstream());
        gateway = Gateway.start(new Ports().next(), ports, Optional.empty(), Duration.ofMillis(800));
    }

    private HttpServer upstream(String service) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            try (InputStream body = exchange.getRequestBody()) {
                byte[] part = new byte[64 * 1024];
                for (int read = body.read(part); read >= 0; read = body.read(part)) {
                    uploaded.addAndGet(read);
                }
            }
            if (path.endsWith("/silent")) {
                awaitRelease();
            }
            byte[] answer = (service + " " + exchange.getRequestHeaders().getFirst("X-Request-Id"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private int webSocketUpstream() {
        return vertx.createHttpServer()
                .webSocketHandler(socket -> socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text)))
                .requestHandler(GatewayTest::streamEvents)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    /** One event at once, and never an end. */
    private static void streamEvents(HttpServerRequest request) {
        request.response().putHeader("Content-Type", "text/event-stream").setChunked(true);
        request.response().write("data: first\n\n");
    }

    @AfterEach
    void stop() {
        released.countDown();
        gateway.close();
        upstreams.values().forEach(upstream -> upstream.stop(0));
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/campaigns/instances, campaign-service",
        "/api/campaigns/instances/7/activate, campaign-service",
        "/api/campaigns/templates, campaign-service",
        "/api/account/keys, campaign-service",
        "/api/monitor, campaign-service",
        "/api/campaigns/instances/7/performance, analytics-service",
        "/api/campaigns/instances/7/performance?days=7, analytics-service",
        "/api/campaigns/instances/7/performance.csv?days=7, analytics-service",
        "/api/campaigns/instances/7/performance/stream, analytics-service",
        "/api/campaigns/instances/7/performance/events?limit=10, analytics-service",
        "/api/analytics/overview, analytics-service",
        "/api/events, analytics-service",
        "/api/analytics/rebuild, analytics-service",
        "/api/campaigns/instances/7/ledger, enrollment-service",
        "/t/c/abc, analytics-service",
        "/u/abc, analytics-service",
        "/api/campaigns/templates/7/preview, enrollment-service",
        "/api/suppressions/ann@example.com, enrollment-service",
        "/api/campaigns/instances/7/enrollments, enrollment-service",
        "/api/campaigns/instances/7/enrollments/bulk, enrollment-service",
        "/api/enrollments/9, enrollment-service",
        "/api/contacts, enrollment-service",
        "/api/segments, enrollment-service",
        "/api/import/csv, job-worker",
        "/api/jobs, job-worker",
        "/api/webhooks/ses/abc, job-worker",
        "/api/workflows, job-worker",
        "/api/outreach/channels, job-worker"
    })
    void sendsEachPathToItsService(String path, String service) throws Exception {
        assertThat(get(path).body()).startsWith(service);
    }

    @Test
    void passesTheCallersRequestIdOnAndMakesOneOtherwise() throws Exception {
        HttpResponse<String> given = client.send(
                request("/api/jobs").header("X-Request-Id", "abc-1").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(given.body()).isEqualTo("job-worker abc-1");
        assertThat(given.headers().firstValue("X-Request-Id")).hasValue("abc-1");
        HttpResponse<String> made = get("/api/jobs");
        assertThat(made.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(made.body())
                .isEqualTo("job-worker "
                        + made.headers().firstValue("X-Request-Id").orElseThrow());
    }

    @Test
    void answersWithAProblemThatNamesTheServiceThatIsDown() throws Exception {
        upstreams.get("job-worker").stop(0);
        HttpResponse<String> answer = get("/api/jobs");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body())
                .contains("\"success\":false", "\"code\":\"service_unavailable\"", "job-worker", "\"requestId\"");
    }

    @Test
    void neverLeavesARequestHanging() throws Exception {
        HttpResponse<String> answer = get("/api/jobs/silent");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("job-worker");
    }

    @Test
    void answersUnknownPathsWithAProblem() throws Exception {
        HttpResponse<String> answer = get("/api/nothing");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("\"code\":\"not_found\"", "/api/nothing");
    }

    @Test
    void passesAnUploadOnWhileItArrives() throws Exception {
        long bytes = 64L << 20;
        CountDownLatch half = new CountDownLatch(1);
        InputStream slow = new InputStream() {
            private long left = bytes;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (left == bytes / 2) {
                    await().until(() -> uploaded.get() > 0);
                    half.countDown();
                }
                int size = (int) Math.min(Math.min(length, 1 << 16), left == 0 ? -1 : left);
                left -= Math.max(0, size);
                return size;
            }
        };
        HttpResponse<String> answer = client.send(
                request("/api/import/csv")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> slow))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(uploaded).hasValue(bytes);
        assertThat(half.getCount()).isZero();
    }

    @Test
    void connectsWebSockets() {
        CompletableFuture<String> echoed = new CompletableFuture<>();
        WebSocket socket = client.newWebSocketBuilder()
                .header("X-API-Key", "k")
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + gateway.port() + "/api/chat/socket"), new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                                echoed.complete(text.toString());
                                return null;
                            }
                        })
                .join();
        socket.sendText("hello", true);
        assertThat(echoed.orTimeout(5, java.util.concurrent.TimeUnit.SECONDS).join())
                .isEqualTo("echo hello");
        socket.abort();
    }

    @Test
    void passesServerSentEventsOnAtOnce() throws Exception {
        HttpResponse<InputStream> answer = client.send(
                request("/api/chat").header("Accept", "text/event-stream").build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream events = answer.body()) {
            assertThat(new String(events.readNBytes(11), StandardCharsets.UTF_8))
                    .isEqualTo("data: first");
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .timeout(Duration.ofSeconds(20));
    }
}
