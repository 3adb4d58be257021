package io.throughline.analytics.tracking;

import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.engagement.TrackingToken;
import io.throughline.events.engagement.TrackingToken.Action;
import io.throughline.platform.access.Signatures;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a token stands for, and what becomes known when somebody follows it. */
@Singleton
class Recipients {

    private static final int LONGEST_USER_AGENT = 300;
    private static final List<String> PREFETCH_HEADERS = List.of("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz");

    private final Optional<Signatures> signatures;
    private final TrackingSettings settings;
    private final EventWriter writer;
    private final Clock clock;
    private final Frequency frequency = new Frequency();

    Recipients(TrackingSettings settings, EventWriter writer, Clock clock) {
        this.signatures = settings.keys().map(Signatures::new);
        this.settings = settings;
        this.writer = writer;
        this.clock = clock;
    }

    /** Empty when it is not one of ours, or is for something else. */
    Optional<TrackingToken> read(String token, Action action) {
        return signatures
                .flatMap(known -> known.content(token))
                .flatMap(TrackingToken::of)
                .filter(each -> each.action() == action);
    }

    private record Mail(Object enrollment, int step, Action action) {}

    /** An open or a click. Each counts; who is the same is told by the enrollment. */
    void followed(TrackingToken token, HttpHeaders headers) {
        Instant now = clock.instant();
        long minute = now.getEpochSecond() / 60;
        if (frequency.of(new Mail(token.enrollmentId(), token.step(), token.action()), minute) > settings.perMinute()) {
            return;
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (token.action() == Action.CLICK) {
            metadata.put("url", token.url());
        }
        metadata.put("millisSinceSent", Duration.between(token.sentAt(), now).toMillis());
        String userAgent = headers.getHeaderString(HttpHeaders.USER_AGENT);
        if (userAgent != null) {
            metadata.put("userAgent", shortened(userAgent));
        }
        if (PREFETCH_HEADERS.stream()
                .map(headers::getHeaderString)
                .flatMap(Stream::ofNullable)
                .anyMatch(value -> value.contains("prefetch") || value.contains("preview"))) {
            metadata.put("machine", true);
        }
        String type = token.action() == Action.OPEN ? "opened" : "clicked";
        writer.write(event(token, type, Ids.next().toString(), now, metadata), settings.patience());
    }

    /** One event however often they ask. False: it is not certain that it is kept. */
    boolean unsubscribed(TrackingToken token) {
        String id = token.tenantId() + ":unsubscribed:" + token.enrollmentId() + ":" + token.step();
        return writer.write(
                event(token, "unsubscribed", id, clock.instant(), Map.of()), settings.unsubscribePatience());
    }

    private static OutboundEvent event(
            TrackingToken token, String type, String id, Instant at, Map<String, Object> metadata) {
        return new OutboundEvent(
                id,
                Topics.ENGAGEMENT_EVENTS,
                token.enrollmentId().toString(),
                EngagementEvent.TYPE,
                token.tenantId(),
                new EngagementEvent(
                        token.instanceId(), token.enrollmentId(), "email", type, token.step(), at, metadata));
    }

    private static String shortened(String text) {
        String plain = text.replaceAll("[^\\x20-\\x7e]", "?");
        return plain.length() > LONGEST_USER_AGENT ? plain.substring(0, LONGEST_USER_AGENT) : plain;
    }
}
