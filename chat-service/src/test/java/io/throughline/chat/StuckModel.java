package io.throughline.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A model that begins to answer, "Once upon ", and goes on, "a time." only when it is let; it notices at once when a call is
 * given up.
 */
public final class StuckModel {

    public static final AtomicInteger CALLS = new AtomicInteger();
    public static final AtomicInteger GIVEN_UP = new AtomicInteger();
    private static final Semaphore LET = new Semaphore(0);

    private StuckModel() {}

    /** One call may end. */
    public static void goOn() {
        LET.release();
    }

    public static void reset() {
        CALLS.set(0);
        GIVEN_UP.set(0);
        LET.drainPermits();
    }

    static String start() {
        try {
            ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try {
                        Socket call = server.accept();
                        Thread.ofVirtual().start(() -> serve(call));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            return "http://127.0.0.1:" + server.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(Socket call) {
        try (call) {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(call.getInputStream(), StandardCharsets.ISO_8859_1));
            int length = 0;
            for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            for (int read = 0; read < length; read++) {
                request.read();
            }
            CALLS.incrementAndGet();
            OutputStream answer = call.getOutputStream();
            answer.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            answer.write(begun().getBytes(StandardCharsets.UTF_8));
            answer.flush();
            AtomicBoolean finished = new AtomicBoolean();
            Thread goOn = Thread.ofVirtual().start(() -> finish(answer, call, finished));
            awaitEnd(request);
            if (!finished.get()) {
                goOn.interrupt();
                GIVEN_UP.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitEnd(BufferedReader request) {
        try {
            while (request.read() >= 0) {
                continue;
            }
        } catch (IOException e) {
            // Reset: an end, too.
        }
    }

    private static void finish(OutputStream answer, Socket call, AtomicBoolean finished) {
        try {
            LET.acquire();
            finished.set(true);
            answer.write(rest().getBytes(StandardCharsets.UTF_8));
            answer.flush();
            call.shutdownOutput();
        } catch (InterruptedException | IOException e) {
            // Given up meanwhile.
        }
    }

    private static String begun() {
        return event(
                        "message_start",
                        "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\","
                                + "\"model\":\"claude-stuck\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                                + "\"usage\":{\"input_tokens\":40,\"output_tokens\":1}}}")
                + event(
                        "content_block_start",
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
                + delta("Once upon ");
    }

    private static String rest() {
        return delta("a time.")
                + event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")
                + event(
                        "message_delta",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                                + "\"usage\":{\"output_tokens\":5}}")
                + event("message_stop", "{\"type\":\"message_stop\"}");
    }

    private static String delta(String text) {
        return event(
                "content_block_delta",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text
                        + "\"}}");
    }

    private static String event(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }
}
