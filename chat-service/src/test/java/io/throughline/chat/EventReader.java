package io.throughline.chat;

import io.throughline.chat.ServerSentEvents.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of event streams that reads as they come and can hang up in the middle. */
public final class EventReader implements AutoCloseable {

    private static final Pattern LOCATION = Pattern.compile("(?im)^content-location: *(\\S+)");

    private final Socket socket;
    private final StringBuilder received = new StringBuilder();

    private EventReader(Socket socket) {
        this.socket = socket;
        Thread.ofVirtual().start(() -> {
            byte[] buffer = new byte[4096];
            try {
                for (int read = socket.getInputStream().read(buffer);
                        read > 0;
                        read = socket.getInputStream().read(buffer)) {
                    synchronized (received) {
                        received.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
                    }
                }
            } catch (IOException e) {
                // Hung up.
            }
        });
    }

    public static EventReader ask(URI service, String apiKey, String message) {
        String body = "{\"message\":\"" + message + "\"}";
        return send(
                service,
                "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + apiKey
                        + "\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nConnection: close\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    public static EventReader resume(URI service, String apiKey, String path, String lastId) {
        return send(
                service,
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + apiKey
                        + "\r\nAccept: text/event-stream\r\nConnection: close\r\n"
                        + (lastId == null ? "" : "Last-Event-ID: " + lastId + "\r\n") + "\r\n");
    }

    private static EventReader send(URI service, String request) {
        try {
            Socket socket = new Socket("127.0.0.1", service.getPort());
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new EventReader(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Headers, chunk sizes and all. */
    public String received() {
        synchronized (received) {
            return received.toString();
        }
    }

    public List<Event> events() {
        String text = received();
        int body = text.indexOf("\r\n\r\n");
        return body < 0
                ? List.of()
                : ServerSentEvents.parse(text.substring(body + 4).replaceAll("\r\n[0-9a-f]+\r\n|^[0-9a-f]+\r\n", ""));
    }

    public String location() {
        Matcher location = LOCATION.matcher(received());
        return location.find() ? location.group(1) : null;
    }

    @Override
    public void close() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
