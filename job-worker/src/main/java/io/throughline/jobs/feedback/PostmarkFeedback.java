package io.throughline.jobs.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.jobs.outreach.MessageFeedback.Told;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Postmark's webhooks: one event each, not signed; the secret is the address. Our message id comes back as metadata, for
 * Postmark gives mails ids of its own.
 *
 * @see <a href="https://postmarkapp.com/developer/webhooks/webhooks-overview">webhooks</a>
 */
@Singleton
class PostmarkFeedback implements FeedbackSource {

    /** Bounce types after which Postmark itself sends no more to the address. */
    private static final Set<String> HARD = Set.of("HardBounce", "BadEmailAddress");
    /** Some that may pass, and those that are no bounces at all. */
    private static final Set<String> PASSING =
            Set.of("Transient", "SoftBounce", "DnsError", "AutoResponder", "AddressChange", "ChallengeVerification");

    private final Json json;

    PostmarkFeedback(Json json) {
        this.json = json;
    }

    @Override
    public String name() {
        return "postmark";
    }

    @Override
    public List<Told> read(HttpHeaders headers, byte[] body) {
        try {
            return told(json.tree(body)).stream().toList();
        } catch (UncheckedIOException | DateTimeParseException e) {
            throw new Problem(CommonErrors.MALFORMED, "The body is no event of Postmark's.", e);
        }
    }

    private static Optional<Told> told(JsonNode event) {
        String type = event.path("Type").asText();
        return switch (event.path("RecordType").asText()) {
            case "Delivery" -> told(event, "delivered", null, "DeliveredAt");
            case "SpamComplaint" -> told(event, "complained", null, "BouncedAt");
            case "Bounce" ->
                PASSING.contains(type)
                        ? told(event, "soft_bounced", null, "BouncedAt")
                        : told(event, "bounced", HARD.contains(type) ? "hard" : "blocked", "BouncedAt");
            case "SubscriptionChange" ->
                event.path("SuppressSending").asBoolean()
                                && event.path("SuppressionReason").asText().equals("ManualSuppression")
                        ? told(event, "unsubscribed", null, "ChangedAt")
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Told> told(JsonNode event, String type, String bounce, String time) {
        String at = event.path(time).asText();
        String id = "postmark:" + type + ":" + event.path("MessageID").asText() + ":" + at;
        return FeedbackSource.messageId(event.path("Metadata").path("message").textValue())
                .map(message -> new Told(
                        id,
                        message,
                        type,
                        bounce,
                        OffsetDateTime.parse(at).toInstant(),
                        event.path("Description").textValue()));
    }
}
