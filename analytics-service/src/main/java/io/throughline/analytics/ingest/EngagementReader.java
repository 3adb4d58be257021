package io.throughline.analytics.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.throughline.events.engagement.EngagementEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * Reads what nearly every event looks like token by token, and leaves metadata the text it is: a third of the time that
 * binding takes. Whatever is unusual or wrong is left to binding, which also knows how to say so.
 */
final class EngagementReader {

    private static final JsonFactory FACTORY = new JsonFactory();

    private EngagementReader() {}

    /**
     * @param event without metadata
     * @param metadata the JSON object as it came; null: none or empty
     */
    record Read(EngagementEvent event, String metadata) {}

    /** Null when the event is not plain. */
    static Read read(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            return parser.nextToken() == JsonToken.START_OBJECT ? fields(parser, json) : null;
        } catch (IOException | IllegalArgumentException | DateTimeException notPlain) {
            return null;
        }
    }

    private static Read fields(JsonParser parser, byte[] json) throws IOException {
        UUID instance = null;
        UUID enrollment = null;
        String channel = null;
        String type = null;
        Integer step = null;
        Instant occurredAt = null;
        String metadata = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "instanceId" -> instance = UUID.fromString(text(parser, token, 36));
                case "enrollmentId" -> enrollment = UUID.fromString(text(parser, token, 36));
                case "channel" -> channel = text(parser, token, 0);
                case "eventType" -> type = text(parser, token, 0);
                case "occurredAt" -> occurredAt = instant(text(parser, token, 0));
                case "stepNumber" -> {
                    if (token == JsonToken.VALUE_NUMBER_INT) {
                        step = parser.getIntValue();
                    } else if (token != JsonToken.VALUE_NULL) {
                        return null;
                    }
                }
                case "metadata" -> {
                    if (token == JsonToken.START_OBJECT) {
                        metadata = object(parser, json);
                    } else if (token != JsonToken.VALUE_NULL) {
                        return null;
                    }
                }
                default -> parser.skipChildren();
            }
        }
        boolean ended = parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
        return ended
                ? new Read(new EngagementEvent(instance, enrollment, channel, type, step, occurredAt, null), metadata)
                : null;
    }

    /** @param length that it must have; 0: any */
    private static String text(JsonParser parser, JsonToken token, int length) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("not a string");
        }
        String text = parser.getText();
        if (length > 0 && text.length() != length) {
            throw new IllegalArgumentException("not of that length");
        }
        return text;
    }

    private static String object(JsonParser parser, byte[] json) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int end = (int) parser.currentLocation().getByteOffset();
        return end - start <= 2 ? null : new String(json, start, end - start, StandardCharsets.UTF_8);
    }

    /** {@code 2026-11-01T09:30:00Z} with up to nine decimals of a second; anything else is for {@link Instant#parse}. */
    private static Instant instant(String text) {
        int length = text.length();
        if (length < 20
                || length > 30
                || text.charAt(length - 1) != 'Z'
                || text.charAt(4) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':'
                || text.charAt(7) != '-') {
            throw new IllegalArgumentException("not a plain time");
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (hour > 23 || minute > 59 || second > 59) {
            throw new IllegalArgumentException("not a plain time");
        }
        int nanos = 0;
        if (length > 20) {
            if (text.charAt(19) != '.' || length == 21) {
                throw new IllegalArgumentException("not a plain time");
            }
            nanos = number(text, 20, length - 1);
            for (int digit = length - 21; digit < 9; digit++) {
                nanos *= 10;
            }
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        return Instant.ofEpochSecond(day * 86_400 + hour * 3_600 + minute * 60 + second, nanos);
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int at = from; at < to; at++) {
            int digit = text.charAt(at) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("not a digit");
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
