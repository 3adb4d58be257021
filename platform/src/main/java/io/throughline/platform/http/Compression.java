package io.throughline.platform.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Compresses answers above a kilobyte, of the types listed in {@code quarkus.http.compress-media-types}, for clients that
 * accept it. Quarkus marks every answer {@code Content-Encoding: identity}, which the server leaves alone, and takes the
 * mark off by the method's {@code @Produces} only, whatever the size.
 */
@Singleton
public class Compression {

    private static final int SMALLEST_BYTES = 1024;
    private static final int EARLY = 400;

    private final Set<String> types;

    Compression(@ConfigProperty(name = "quarkus.http.compress-media-types") Set<String> types) {
        this.types = types;
    }

    void register(@Observes Filters filters) {
        filters.register(
                exchange -> {
                    exchange.addHeadersEndHandler(
                            any -> mark(exchange.response().headers()));
                    exchange.next();
                },
                EARLY);
    }

    /** The length is missing when a body is streamed. */
    private void mark(MultiMap headers) {
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        if (type == null || !types.contains(type.split(";", 2)[0].strip())) {
            return;
        }
        headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        boolean small = length != null && Long.parseLong(length) <= SMALLEST_BYTES;
        if (small) {
            headers.set(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
        } else if (headers.contains(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY, true)) {
            headers.remove(HttpHeaders.CONTENT_ENCODING);
        }
    }
}
