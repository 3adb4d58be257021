package io.throughline.local.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * A mail as people and checks look at it.
 *
 * @param messageId with its angle brackets, as the header has it
 * @param receivedAt ISO-8601, UTC
 * @param body the first plain text part, else the first HTML part
 * @param html the first HTML part; null when there is none
 */
public record StoredMail(
        String to,
        String from,
        String subject,
        String messageId,
        String receivedAt,
        String body,
        String html,
        String headers) {

    static StoredMail read(Envelope envelope) {
        byte[] raw = envelope.raw().getBytes(StandardCharsets.ISO_8859_1);
        try {
            MimeMessage message = new MimeMessage(null, new ByteArrayInputStream(raw));
            String text = part(message, "text/plain");
            String html = part(message, "text/html");
            return new StoredMail(
                    envelope.to(),
                    envelope.from(),
                    message.getSubject(),
                    message.getMessageID(),
                    envelope.receivedAt(),
                    text == null ? html : text,
                    html,
                    headers(envelope.raw()));
        } catch (MessagingException | IOException unreadable) {
            return new StoredMail(
                    envelope.to(), envelope.from(), null, null, envelope.receivedAt(), envelope.raw(), null, "");
        }
    }

    private static String headers(String raw) {
        int end = raw.indexOf("\r\n\r\n");
        return end < 0 ? raw : raw.substring(0, end);
    }

    private static String part(Part part, String type) throws MessagingException, IOException {
        if (part.isMimeType(type)) {
            return part.getContent().toString();
        }
        if (part.getContent() instanceof Multipart parts) {
            for (int index = 0; index < parts.getCount(); index++) {
                String found = part(parts.getBodyPart(index), type);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** One line of the file. {@code raw} holds the message's bytes, one character each. */
    record Envelope(String to, String from, String receivedAt, String raw) {}

    static {
        // A mail with a header that is not quite by the book is shown, not refused.
        Properties lenient = System.getProperties();
        lenient.putIfAbsent("mail.mime.address.strict", "false");
    }
}
