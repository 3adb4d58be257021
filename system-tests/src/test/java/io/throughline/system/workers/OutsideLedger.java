package io.throughline.system.workers;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.throughline.system.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A provider that is not ours. It writes down every call before anything else, for that is when its effect has happened,
 * and answers with the attempt it heard of: what is stored tells which attempt stored it.
 */
final class OutsideLedger implements AutoCloseable {

    /**
     * @param job {@code Idempotency-Key}: the same for all attempts of a job
     * @param attempt {@code Throughline-Attempt}: the job and its fence
     */
    record Call(UUID job, String attempt, JsonNode asked) {}

    private final HttpServer server;
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    /** When a call is answered. */
    private volatile Function<Call, Executor> pace = call -> Runnable::run;

    OutsideLedger() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::hear);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url(String provider) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + provider;
    }

    /** From now on. @param pace runs the answer, when it is to be given */
    void answer(Function<Call, Executor> when) {
        pace = when;
    }

    /** @param millis how long each takes */
    void answerAfter(Function<Call, Long> millis) {
        answer(call -> CompletableFuture.delayedExecutor(millis.apply(call), TimeUnit.MILLISECONDS));
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    private void hear(HttpExchange exchange) throws IOException {
        JsonNode asked = Client.JSON.readTree(exchange.getRequestBody().readAllBytes());
        Call call = new Call(
                UUID.fromString(exchange.getRequestHeaders().getFirst("Idempotency-Key")),
                exchange.getRequestHeaders().getFirst("Throughline-Attempt"),
                asked);
        calls.add(call);
        String answer = exchange.getRequestURI().getPath().endsWith("discover")
                ? "{\"candidates\":[{\"attempt\":\"" + call.attempt() + "\"}]}"
                : "{\"attempt\":\"" + call.attempt() + "\"}";
        pace.apply(call).execute(() -> say(exchange, answer));
    }

    /** Who asked may be dead. */
    private static void say(HttpExchange exchange, String text) {
        try (exchange) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            System.out.println("nobody heard the answer: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
