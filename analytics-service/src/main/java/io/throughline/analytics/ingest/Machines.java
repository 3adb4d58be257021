package io.throughline.analytics.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells opens and clicks of mail scanners and prefetchers from those of people, by the event alone, so that the answer
 * does not depend on what else has arrived. {@code metadata} may say it ({@code machine}), show who asked
 * ({@code userAgent}) and how soon after the mail was handed over ({@code millisSinceSent}).
 *
 * <p>Image proxies that fetch when a person opens (Gmail's, Yahoo's) are people.
 */
final class Machines {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Set<String> TYPES = Set.of("opened", "clicked");

    /** Nobody reads and clicks this soon; scanners click while they receive. */
    private static final long HUMAN_MILLIS = 2_000;

    /** What scanners call themselves, and programs their libraries, in lower case. */
    private static final List<String> NAMES = List.of(
            "barracuda",
            "mimecast",
            "proofpoint",
            "symantec",
            "messagelabs",
            "fireeye",
            "trendmicro",
            "sophos",
            "safelinks",
            "bingpreview",
            "microsoft office existence discovery",
            "crawler",
            "spider",
            "headlesschrome",
            "phantomjs",
            "python-requests",
            "python-urllib",
            "go-http-client",
            "okhttp",
            "apache-httpclient",
            "libwww-perl");

    private static final List<String> BEGINNINGS = List.of("curl/", "wget/", "java/");

    /** Googlebot, bingbot, "bot"; not the telephones of CUBOT. */
    private static final Pattern BOT = Pattern.compile("(?<!cu)bot\\b");

    /**
     * All that Apple's Mail Privacy Protection says
     * (<a href="https://www.litmus.com/blog/apple-mail-privacy-protection-for-marketers">as observed by Litmus</a>).
     */
    private static final String MAIL_PRIVACY_PROTECTION = "mozilla/5.0";

    private Machines() {}

    /** @param metadata JSON object, or null */
    static boolean did(String eventType, String metadata) {
        if (metadata == null || !TYPES.contains(eventType)) {
            return false;
        }
        try (JsonParser parser = FACTORY.createParser(metadata)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (tells(name, value, parser)) {
                    return true;
                }
                parser.skipChildren();
            }
            return false;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean tells(String name, JsonToken value, JsonParser parser) throws IOException {
        return switch (name) {
            case "machine" -> value == JsonToken.VALUE_TRUE;
            case "userAgent" -> value == JsonToken.VALUE_STRING && isMachine(parser.getText());
            case "millisSinceSent" -> value.isNumeric() && isTooSoon(parser.getDoubleValue());
            default -> false;
        };
    }

    private static boolean isMachine(String userAgent) {
        String text = userAgent.trim().toLowerCase(Locale.ROOT);
        return text.equals(MAIL_PRIVACY_PROTECTION)
                || BEGINNINGS.stream().anyMatch(text::startsWith)
                || NAMES.stream().anyMatch(text::contains)
                || text.contains("bot") && BOT.matcher(text).find();
    }

    private static boolean isTooSoon(double millis) {
        return millis >= 0 && millis < HUMAN_MILLIS;
    }
}
