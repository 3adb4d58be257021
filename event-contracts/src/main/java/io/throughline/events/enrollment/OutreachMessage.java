package io.throughline.events.enrollment;

import java.util.UUID;

/**
 * One message to be delivered, rendered for its recipient. Topic {@code outreach.messages.v1}, key: {@code enrollmentId}.
 * {@code ce_id} is {@code messageId}: (enrollment, step) has one message for ever.
 *
 * @param sender RFC 5322 mailbox
 * @param recipient address only
 * @param variant name of the step's variant it was made from; null: the step has none
 */
public record OutreachMessage(
        UUID messageId,
        UUID enrollmentId,
        UUID instanceId,
        UUID contactId,
        String channel,
        int stepNumber,
        String sender,
        String recipient,
        String subject,
        String body,
        String variant) {

    public static final String TYPE = "io.throughline.outreach.message";
}
