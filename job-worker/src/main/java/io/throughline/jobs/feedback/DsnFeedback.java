package io.throughline.jobs.feedback;

import io.throughline.jobs.outreach.Bounce;
import io.throughline.jobs.outreach.MessageFeedback.Told;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A mail from the bounce mailbox: a delivery status notification (RFC 3464), posted as it is. Our mail has one recipient, so the
 * first failed one counts. It is found by the {@code Message-ID} of the mail that comes back.
 */
@Singleton
class DsnFeedback implements FeedbackSource {

    private static final int FAILED = 550;
    /** Of parts in parts; a report has one level. */
    private static final int DEEPEST = 5;

    private final Clock clock;

    DsnFeedback(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "dsn";
    }

    @Override
    public List<Told> read(HttpHeaders headers, byte[] body) {
        return read(body);
    }

    List<Told> read(byte[] body) {
        try {
            MimeMessage mail = new MimeMessage(null, new ByteArrayInputStream(body));
            Optional<UUID> about = returned(mail).flatMap(FeedbackSource::messageId);
            Optional<InternetHeaders> status = status(mail);
            if (about.isEmpty() || status.isEmpty()) {
                return List.of();
            }
            return told(mail, about.get(), status.get()).stream().toList();
        } catch (MessagingException | IOException e) {
            throw new Problem(CommonErrors.MALFORMED, "The body is no mail.", e);
        }
    }

    private Optional<Told> told(MimeMessage mail, UUID about, InternetHeaders recipient) throws MessagingException {
        String action = first(recipient, "Action").toLowerCase(Locale.ROOT);
        String status = first(recipient, "Status");
        String type = switch (action) {
            case "failed" -> status.startsWith("4.") ? "soft_bounced" : "bounced";
            case "delivered" -> "delivered";
            // Delayed is tried again; relayed and expanded say nothing of the end.
            default -> null;
        };
        if (type == null) {
            return Optional.empty();
        }
        String bounce = type.equals("bounced") ? Bounce.of(FAILED, status, true).text() : null;
        Instant at = mail.getSentDate() == null
                ? clock.instant()
                : mail.getSentDate().toInstant();
        return Optional.of(
                new Told("dsn:" + about + ":" + type, about, type, bounce, at, first(recipient, "Diagnostic-Code")));
    }

    private static String first(InternetHeaders headers, String name) {
        String value = headers.getHeader(name, null);
        return value == null ? "" : value.strip();
    }

    /** The fields about the recipient: the second block of {@code message/delivery-status}; the first is about the server. */
    private static Optional<InternetHeaders> status(Part part) throws MessagingException, IOException {
        Optional<Part> report = find(part, "message/delivery-status");
        if (report.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream blocks = report.get().getInputStream()) {
            InternetHeaders ofServer = new InternetHeaders(blocks);
            return Optional.of(ofServer.getHeader("Action") == null ? new InternetHeaders(blocks) : ofServer);
        }
    }

    /** The Message-ID of the mail that comes back, whole or its headers only. */
    private static Optional<String> returned(Part part) throws MessagingException, IOException {
        for (String type :
                List.of("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")) {
            Optional<Part> back = find(part, type);
            if (back.isPresent()) {
                try (InputStream raw = back.get().getInputStream()) {
                    return Optional.ofNullable(new InternetHeaders(raw).getHeader("Message-ID", null));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Part> find(Part part, String type) throws MessagingException, IOException {
        return find(part, type, 0);
    }

    private static Optional<Part> find(Part part, String type, int depth) throws MessagingException, IOException {
        if (part.isMimeType(type)) {
            return Optional.of(part);
        }
        if (depth < DEEPEST && part.isMimeType("multipart/*") && part.getContent() instanceof Multipart parts) {
            for (int index = 0; index < parts.getCount(); index++) {
                Optional<Part> found = find(parts.getBodyPart(index), type, depth + 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
