package io.throughline.local.bench;

import io.throughline.local.stack.StackFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * GETs to one server over one connection, which stays open because every answer is read to its end. Blocking and on the
 * caller's thread: a client with threads of its own takes longer than the report.
 */
final class KeptConnection {

    private static final int LIMIT_MILLIS = 65_000;

    private final String url;
    private final String key;

    KeptConnection(String url, String key) {
        this.url = url;
        this.key = key;
    }

    /** The body. @throws StackFailure unless it is a success */
    String get(String path) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + path).toURL().openConnection();
            connection.setRequestProperty("X-API-Key", key);
            connection.setConnectTimeout(LIMIT_MILLIS);
            connection.setReadTimeout(LIMIT_MILLIS);
            int status = connection.getResponseCode();
            if (status != 200) {
                throw new StackFailure("GET " + path + " answered " + status + ".", "./throughline status");
            }
            try (InputStream body = connection.getInputStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("GET " + path, failed);
        }
    }
}
