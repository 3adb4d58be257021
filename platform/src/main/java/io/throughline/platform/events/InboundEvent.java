package io.throughline.platform.events;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.events.EventHeaders;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A CloudEvent as received, in binary or structured mode, with the record it came in.
 *
 * @param id {@code ce_id}, unique per {@code source}
 * @param data the JSON value, not yet read
 */
public record InboundEvent(
        String id,
        String source,
        String type,
        UUID tenantId,
        String traceParent,
        byte[] data,
        ConsumerRecord<String, byte[]> origin) {

    /** @throws Rejection when a required attribute is missing or unreadable */
    static InboundEvent of(ConsumerRecord<String, byte[]> origin, Json json) {
        if (origin.value() == null) {
            throw new Rejection("no_value", "the record has no value");
        }
        Attributes attributes = Attributes.of(origin.headers());
        if (attributes.contentType != null && attributes.contentType.startsWith("application/cloudevents+json")) {
            return structured(origin, attributes, json);
        }
        return new InboundEvent(
                required(attributes.id, EventHeaders.ID),
                required(attributes.source, EventHeaders.SOURCE),
                attributes.type,
                tenant(attributes.tenant),
                attributes.traceParent,
                origin.value(),
                origin);
    }

    /**
     * The value; its parts may still be missing.
     *
     * @throws Rejection naming the field that can't be read, also when the value is {@code null}
     */
    public <T> T value(Json json, Class<T> type) {
        T value;
        try {
            value = json.read(data, type);
        } catch (UncheckedIOException e) {
            throw new Rejection("unreadable", Unreadable.detail(e.getCause()));
        }
        if (value == null) {
            throw new Rejection("unreadable", "the value is null");
        }
        return value;
    }

    /** Read in one pass, because there is one for every event; of several headers with one name the last counts. */
    private static final class Attributes {
        private String contentType;
        private String id;
        private String source;
        private String type;
        private String tenant;
        private String traceParent;

        static Attributes of(Headers headers) {
            Attributes attributes = new Attributes();
            for (Header header : headers) {
                switch (header.key()) {
                    case "content-type" -> attributes.contentType = text(header);
                    case EventHeaders.ID -> attributes.id = text(header);
                    case EventHeaders.SOURCE -> attributes.source = text(header);
                    case EventHeaders.TYPE -> attributes.type = text(header);
                    case EventHeaders.TENANT -> attributes.tenant = text(header);
                    case EventHeaders.TRACE_PARENT -> attributes.traceParent = text(header);
                    default -> {
                        // not of ours
                    }
                }
            }
            return attributes;
        }
    }

    private static InboundEvent structured(ConsumerRecord<String, byte[]> origin, Attributes attributes, Json json) {
        JsonNode event;
        try {
            event = json.tree(origin.value());
        } catch (UncheckedIOException e) {
            throw new Rejection("unreadable", "the value is not a JSON CloudEvent");
        }
        String tenant = event.path("tenant").asText(attributes.tenant);
        return new InboundEvent(
                required(event.path("id").asText(null), "id"),
                required(event.path("source").asText(null), "source"),
                event.path("type").asText(null),
                tenant(tenant),
                event.path("traceparent").asText(attributes.traceParent),
                event.path("data").toString().getBytes(StandardCharsets.UTF_8),
                origin);
    }

    /** Why a record can't be accepted: goes to the dead-letter topic as {@code dlq-reason}. */
    public static final class Rejection extends RuntimeException {
        private final String code;

        public Rejection(String code, String detail) {
            super(detail);
            this.code = code;
        }

        public String reason() {
            return code + ": " + getMessage();
        }
    }

    private static String required(String value, String name) {
        if (value == null || value.isBlank()) {
            throw new Rejection("missing_attribute", name + " is missing");
        }
        return value;
    }

    private static UUID tenant(String value) {
        try {
            return UUID.fromString(required(value, EventHeaders.TENANT));
        } catch (IllegalArgumentException e) {
            throw new Rejection("invalid_tenant", "tenant is not a UUID");
        }
    }

    private static String text(Header header) {
        return header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
