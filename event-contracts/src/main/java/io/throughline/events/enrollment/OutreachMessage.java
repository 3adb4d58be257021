package io.throughline.events.enrollment;

import io.throughline.events.campaign.Tracking;
import java.util.UUID;

/**
 * One message to be delivered, rendered for its recipient. Topic {@code outreach.messages.v1}, key: {@code enrollmentId}.
 * {@code ce_id} is {@code messageId}: (enrollment, step) has one message for ever.
 *
 * @param sender RFC 5322 mailbox
 * @param recipient address only
 * @param body plain text
 * @param html the same for those who read HTML; null: there is none, and channels make their own if they need one
 * @param recipientHash 64 hexadecimal digits: what {@code contact.suppressions.v1} calls the address; null: no list matters to it
 * @param tracking whether opens and clicks are to be noticed; null: both
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
        String html,
        String recipientHash,
        Tracking tracking,
        String variant) {

    /** Stands in body and HTML where a link to unsubscribe is wanted; who sends puts the link there, or nothing. */
    public static final String UNSUBSCRIBE_URL = "throughline:unsubscribe";

    public static final String TYPE = "io.throughline.outreach.message";
}
