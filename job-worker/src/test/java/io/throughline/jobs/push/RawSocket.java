package io.throughline.jobs.push;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** An HTTP client that shows what is answered instead of an upgrade, and can stop reading. */
record RawSocket(Socket socket) implements AutoCloseable {

    record Answer(int status, String head, String body) {}

    /** Asks, reads the head and a body of known length, and hangs up. */
    static Answer ask(String address, boolean upgrade, String... headers) throws IOException {
        try (RawSocket raw = connect(address)) {
            raw.request(address, upgrade, headers);
            InputStream in = raw.socket.getInputStream();
            String head = head(in);
            int length = head.lines()
                    .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                    .findFirst()
                    .orElse(0);
            return new Answer(
                    Integer.parseInt(head.substring(9, 12)),
                    head,
                    new String(in.readNBytes(length), StandardCharsets.UTF_8));
        }
    }

    /** A WebSocket that was opened and is not read. */
    static RawSocket open(String address, String apiKey) throws IOException {
        RawSocket raw = connect(address);
        raw.request(address, true, "X-API-Key", apiKey);
        return raw;
    }

    private static RawSocket connect(String address) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8192);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress("localhost", URI.create(address).getPort()));
        return new RawSocket(socket);
    }

    private void request(String address, boolean upgrade, String... headers) throws IOException {
        URI uri = URI.create(address);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        StringBuilder text =
                new StringBuilder("GET " + uri.getPath() + query + " HTTP/1.1\r\nHost: " + uri.getAuthority() + "\r\n");
        if (upgrade) {
            text.append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
                    .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        }
        for (int i = 0; i < headers.length; i += 2) {
            text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        socket.getOutputStream().write(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Everything until the server hangs up; frames are not unwrapped. */
    String readToTheEnd() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
