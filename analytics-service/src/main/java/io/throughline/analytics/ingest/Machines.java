package io.throughline.analytics.ingest;

import io.throughline.events.engagement.EngagementEvent;
import java.util.Locale;
import java.util.Map;
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

    private static final Set<String> TYPES = Set.of("opened", "clicked");

    /** Nobody reads and clicks this soon; scanners click while they receive. */
    private static final long HUMAN_MILLIS = 2_000;

    /**
     * Scanners by the names they give themselves, programs by the names of their libraries. Apple's Mail Privacy
     * Protection says {@code Mozilla/5.0} and nothing else
     * (<a href="https://www.litmus.com/blog/apple-mail-privacy-protection-for-marketers">as observed by Litmus</a>).
     */
    private static final Pattern USER_AGENTS = Pattern.compile(
            "mozilla/5\\.0|.*(barracuda|mimecast|proofpoint|symantec|messagelabs|fireeye|trendmicro|sophos|safelinks"
                    + "|bingpreview|microsoft office existence discovery|(?<!cu)bot\\b|crawler|spider|headlesschrome|phantomjs"
                    + "|^curl/|^wget/|python-requests|python-urllib|go-http-client|okhttp|^java/|apache-httpclient"
                    + "|libwww-perl).*",
            Pattern.DOTALL);

    private Machines() {}

    /** Whether the metadata of such an event needs to be looked at. */
    static boolean mayBe(String eventType) {
        return TYPES.contains(eventType);
    }

    static boolean did(EngagementEvent event) {
        Map<String, Object> metadata = event.metadata();
        return metadata != null
                && !metadata.isEmpty()
                && TYPES.contains(event.eventType())
                && (Boolean.TRUE.equals(metadata.get("machine"))
                        || isMachine(metadata.get("userAgent"))
                        || isTooSoon(metadata.get("millisSinceSent")));
    }

    private static boolean isMachine(Object userAgent) {
        return userAgent instanceof String text
                && USER_AGENTS.matcher(text.trim().toLowerCase(Locale.ROOT)).matches();
    }

    private static boolean isTooSoon(Object millis) {
        return millis instanceof Number number && number.longValue() >= 0 && number.longValue() < HUMAN_MILLIS;
    }
}
