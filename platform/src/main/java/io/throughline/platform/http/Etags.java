package io.throughline.platform.http;

import io.throughline.platform.events.Json;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Conditional reads (RFC 9110, section 13): a client that has the current version gets 304 and no body. */
public final class Etags {

    private Etags() {}

    /** A weak tag for a version that the data carries itself; the cheapest kind. */
    public static EntityTag version(Object version) {
        return new EntityTag(String.valueOf(version), true);
    }

    /** A weak tag computed from the content, for lists that carry no version. */
    public static EntityTag content(Json json, Object body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(json.bytes(body));
            return new EntityTag(HexFormat.of().formatHex(hash, 0, 12), true);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** 304 when the client's tag matches, without asking for the body; else 200 with body and tag. */
    public static Response answer(Request request, EntityTag tag, Duration maxAge, Supplier<Object> body) {
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        Response.ResponseBuilder answer = unchanged != null ? unchanged : Response.ok(body.get());
        // JAX-RS's CacheControl would add no-transform, which keeps proxies from compressing.
        return answer.tag(tag)
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=" + maxAge.toSeconds())
                .build();
    }
}
