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
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * Amazon SES by way of SNS, as notifications or as published events.
 *
 * @see <a href="https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html">notifications</a>
 */
@Singleton
class SesFeedback implements FeedbackSource {

    private final SnsMessages sns;
    private final Json json;

    SesFeedback(SnsMessages sns, Json json) {
        this.sns = sns;
        this.json = json;
    }

    @Override
    public String name() {
        return "ses";
    }

    @Override
    public List<Told> read(HttpHeaders headers, byte[] body) {
        return read(body);
    }

    List<Told> read(byte[] body) {
        try {
            JsonNode message = json.tree(body);
            if (!sns.signed(message)) {
                throw new Problem(JobErrors.BAD_SIGNATURE, "Amazon SNS has not signed this.");
            }
            switch (message.path("Type").asText()) {
                case "SubscriptionConfirmation" -> sns.confirm(message);
                case "Notification" -> {
                    String id = "ses:" + message.path("MessageId").asText();
                    byte[] notification = message.path("Message").asText().getBytes(StandardCharsets.UTF_8);
                    return told(id, json.tree(notification)).stream().toList();
                }
                default -> {
                    // unsubscribed from the topic: nothing more comes
                }
            }
            return List.of();
        } catch (UncheckedIOException | DateTimeParseException e) {
            throw new Problem(CommonErrors.MALFORMED, "The body is no message of Amazon SNS about a mail.", e);
        }
    }

    private static Optional<Told> told(String id, JsonNode notification) {
        String type = notification
                .path("notificationType")
                .asText(notification.path("eventType").asText());
        return switch (type) {
            case "Delivery" -> told(id, notification, "delivered", null, "delivery", "smtpResponse");
            case "Complaint" -> told(id, notification, "complained", null, "complaint", "complaintFeedbackType");
            case "Reject" -> told(id, notification, "failed", null, "mail", "reason");
            case "Bounce" -> bounce(id, notification);
            default -> Optional.empty();
        };
    }

    private static Optional<Told> bounce(String id, JsonNode notification) {
        JsonNode bounce = notification.path("bounce");
        boolean permanent = bounce.path("bounceType").asText().equals("Permanent");
        return told(
                id,
                notification,
                permanent ? "bounced" : "soft_bounced",
                permanent ? "hard" : null,
                "bounce",
                "bounceSubType");
    }

    private static Optional<Told> told(
            String id, JsonNode notification, String type, String bounce, String about, String detail) {
        JsonNode told = notification.path(about);
        String ours = notification
                .path("mail")
                .path("commonHeaders")
                .path("messageId")
                .textValue();
        return FeedbackSource.messageId(ours)
                .map(message -> new Told(
                        id,
                        message,
                        type,
                        bounce,
                        Instant.parse(told.path("timestamp").asText()),
                        told.path(detail).textValue()));
    }
}
