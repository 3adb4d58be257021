package io.throughline.local.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for Anthropic's Messages API: every call is answered after the same time, with a short text as a stream of
 * events. When the question says so it looks at a campaign's report first, which makes it two calls. Counts the calls that
 * are under way.
 */
final class StubModel implements AutoCloseable {

    /** In a question: look at the report first. */
    static final String LOOK = "How many opened?";

    private static final String BEGIN = event(
            "message_start",
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg\",\"type\":\"message\",\"role\":\"assistant\","
                    + "\"model\":\"stub\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                    + "\"usage\":{\"input_tokens\":900,\"output_tokens\":1}}}");
    private static final String ANSWER = BEGIN
            + event(
                    "content_block_start",
                    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
            + words()
            + event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")
            + end("end_turn");

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final String look;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile int millis;

    /** @param campaign that it looks at */
    StubModel(int millis, String campaign) throws Exception {
        this.millis = millis;
        this.look = BEGIN
                + event(
                        "content_block_start",
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\","
                                + "\"id\":\"toolu_1\",\"name\":\"campaign_performance\",\"input\":{}}}")
                + event(
                        "content_block_delta",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\","
                                + "\"partial_json\":\"{\\\"campaign_id\\\":\\\"" + campaign + "\\\"}\"}}")
                + event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")
                + end("tool_use");
        server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Of every call from now on. */
    void latency(int milliseconds) {
        millis = milliseconds;
    }

    int most() {
        return most.get();
    }

    int calls() {
        return calls.get();
    }

    private void answer(HttpServerRequest request) {
        calls.incrementAndGet();
        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        request.response().endHandler(ended -> underWay.decrementAndGet());
        request.response().exceptionHandler(broken -> underWay.decrementAndGet());
        request.body().onSuccess(body -> {
            String text = body.toString();
            boolean looks = text.contains(LOOK) && !text.contains("tool_result");
            vertx.setTimer(Math.max(1, millis), due -> {
                if (!request.response().closed()) {
                    request.response()
                            .putHeader("Content-Type", "text/event-stream")
                            .end(looks ? look : ANSWER);
                }
            });
        });
    }

    private static String end(String reason) {
        return event(
                        "message_delta",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason
                                + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":60}}")
                + event("message_stop", "{\"type\":\"message_stop\"}");
    }

    private static String words() {
        StringBuilder events = new StringBuilder();
        for (int word = 0; word < 20; word++) {
            events.append(event(
                    "content_block_delta",
                    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                            + "\"text\":\"three words more \"}}"));
        }
        return events.toString();
    }

    private static String event(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
