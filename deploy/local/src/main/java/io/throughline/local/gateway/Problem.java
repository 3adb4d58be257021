package io.throughline.local.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** An answer the gateway gives itself, in the shape the services use: RFC 9457 with our members. */
record Problem(int status, String title, String code, String detail) {

    static final String CONTENT_TYPE = "application/problem+json";
    static final String RETRY_AFTER_SECONDS = "2";

    static Problem unavailable(String service, String reason) {
        return new Problem(503, "Service Unavailable", "service_unavailable", service + " " + reason);
    }

    static Problem notFound(String path) {
        return new Problem(404, "Not Found", "not_found", "There is nothing at " + path + ". See /docs.");
    }

    Buffer body(String instance, String requestId) {
        return new JsonObject()
                .put("success", false)
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("code", code)
                .put("instance", instance)
                .put("errors", new JsonArray())
                .put("requestId", requestId)
                .toBuffer();
    }

    void answer(HttpServerRequest request, String requestId) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", CONTENT_TYPE).putHeader(RequestIds.HEADER, requestId);
        if (status == 503) {
            response.putHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        response.end(body(request.path(), requestId));
    }
}
