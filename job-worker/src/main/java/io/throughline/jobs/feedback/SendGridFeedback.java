package io.throughline.jobs.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.jobs.job.JobErrors;
import io.throughline.jobs.outreach.MessageFeedback.Told;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Twilio SendGrid's signed event webhook: an array of events, an ECDSA signature over timestamp and body.
 *
 * @see <a href="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event">events</a>
 */
@Singleton
class SendGridFeedback implements FeedbackSource {

    static final String SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature";
    static final String TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp";
    /** SendGrid tries again for a day, each time with a new timestamp. */
    private static final Duration TOLERANCE = Duration.ofMinutes(10);

    private final Optional<PublicKey> key;
    private final Json json;
    private final Clock clock;

    SendGridFeedback(
            @ConfigProperty(name = "throughline.webhooks.sendgrid.public-key") Optional<String> key,
            Json json,
            Clock clock) {
        this.key = key.map(SendGridFeedback::key);
        this.json = json;
        this.clock = clock;
    }

    private static PublicKey key(String base64) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64.strip())));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("throughline.webhooks.sendgrid.public-key is no EC key", e);
        }
    }

    @Override
    public String name() {
        return "sendgrid";
    }

    @Override
    public List<Told> read(HttpHeaders headers, byte[] body) {
        if (!signed(headers.getHeaderString(SIGNATURE), headers.getHeaderString(TIMESTAMP), body)) {
            throw new Problem(JobErrors.BAD_SIGNATURE, "SendGrid has not signed this, or not lately.");
        }
        JsonNode events;
        try {
            events = json.tree(body);
        } catch (UncheckedIOException e) {
            throw new Problem(CommonErrors.MALFORMED, "The body is no JSON.", e);
        }
        List<Told> told = new ArrayList<>();
        events.forEach(event -> told(event).ifPresent(told::add));
        return told;
    }

    private boolean signed(String signature, String timestamp, byte[] body) {
        if (key.isEmpty() || signature == null || timestamp == null) {
            return false;
        }
        try {
            Instant at = Instant.ofEpochSecond(Long.parseLong(timestamp));
            Signature check = Signature.getInstance("SHA256withECDSA");
            check.initVerify(key.get());
            check.update(timestamp.getBytes(StandardCharsets.UTF_8));
            check.update(body);
            return check.verify(Base64.getDecoder().decode(signature))
                    && Duration.between(at, clock.instant()).abs().compareTo(TOLERANCE) <= 0;
        } catch (GeneralSecurityException | RuntimeException unreadable) {
            return false;
        }
    }

    private static Optional<Told> told(JsonNode event) {
        String type = event.path("event").asText();
        String ours = switch (type) {
            case "delivered" -> "delivered";
            case "bounce" -> "bounced";
            case "dropped" -> "failed";
            case "spamreport" -> "complained";
            case "unsubscribe", "group_unsubscribe" -> "unsubscribed";
            // Deferred is tried again; opens and clicks are noticed by our own links.
            default -> null;
        };
        String id = event.path("sg_event_id").textValue();
        if (ours == null || id == null) {
            return Optional.empty();
        }
        String bounce =
                !ours.equals("bounced") ? null : event.path("type").asText().equals("blocked") ? "blocked" : "hard";
        return FeedbackSource.messageId(event.path("smtp-id").textValue())
                .map(message -> new Told(
                        "sendgrid:" + id,
                        message,
                        ours,
                        bounce,
                        Instant.ofEpochSecond(event.path("timestamp").asLong()),
                        event.path("reason").textValue()));
    }
}
