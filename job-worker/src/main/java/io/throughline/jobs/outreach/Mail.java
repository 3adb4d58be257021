package io.throughline.jobs.outreach;

import io.throughline.jobs.outreach.MessageStore.Letter;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** A letter as it goes over the wire. Knows whether its content has begun to leave. */
final class Mail extends MimeMessage {

    private final UUID messageId;
    private final InternetAddress sender;
    private final InternetAddress recipient;
    private boolean begun;

    /** @throws AddressException when sender or recipient is not one address that can be written to */
    Mail(Session session, Letter letter, Content content, Instant now) throws MessagingException {
        super(session);
        messageId = letter.messageId();
        sender = address("sender", letter.sender());
        recipient = address("recipient", letter.recipient());
        setFrom(sender);
        setRecipient(RecipientType.TO, recipient);
        setSubject(oneLine(letter.subject()), StandardCharsets.UTF_8.name());
        setSentDate(Date.from(now));
        if (content.html() == null) {
            setText(content.text(), StandardCharsets.UTF_8.name());
        } else {
            setContent(new MimeMultipart("alternative", part(content.text(), "plain"), part(content.html(), "html")));
        }
        if (content.unsubscribing().isPresent()) {
            // RFC 8058: a mail program posts there at once.
            setHeader("List-Unsubscribe", "<" + content.unsubscribing().get() + ">");
            setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        // Postmark gives mails ids of its own, and tells of them with what it was given so.
        setHeader("X-PM-Metadata-message", letter.messageId().toString());
        if (letter.instanceId() != null) {
            // Google's form: up to three things by which complaints are told apart, and who sends.
            setHeader(
                    "Feedback-ID",
                    letter.instanceId() + ":" + letter.stepNumber() + ":" + letter.tenantId() + ":throughline");
        }
        saveChanges();
    }

    private static MimeBodyPart part(String text, String subtype) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(text, StandardCharsets.UTF_8.name(), subtype);
        return part;
    }

    InternetAddress recipient() {
        return recipient;
    }

    /** Whether the server asked for the content: from then on it may have the mail. */
    boolean begun() {
        return begun;
    }

    /** Called by the transport after the server's 354. */
    @Override
    public void writeTo(OutputStream out, String[] ignored) throws IOException, MessagingException {
        begun = true;
        super.writeTo(out, ignored);
    }

    /** Ours, so that replies and bounces can be told apart by it. */
    @Override
    protected void updateMessageID() throws MessagingException {
        String address = sender.getAddress();
        setHeader("Message-ID", "<" + messageId + "@" + address.substring(address.lastIndexOf('@') + 1) + ">");
    }

    /** A merged-in name may hold a line break; in a header it would begin another one. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static InternetAddress address(String what, String text) throws MessagingException {
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new AddressException(what + " has a control character in it");
        }
        try {
            InternetAddress address = new InternetAddress(text, true);
            if (address.isGroup() || address.getAddress().indexOf('@') < 0) {
                throw new AddressException(what + " is not the address of one mailbox");
            }
            address.setAddress(ascii(what, address.getAddress()));
            if (address.getPersonal() != null) {
                address.setPersonal(oneLine(address.getPersonal()), StandardCharsets.UTF_8.name());
            }
            return address;
        } catch (AddressException | IllegalArgumentException e) {
            throw new AddressException(what + " is not an address: " + e.getMessage());
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every JVM knows UTF-8", e);
        }
    }

    /** International domains have an ASCII form; local parts have none, and few servers take them otherwise. */
    private static String ascii(String what, String address) throws AddressException {
        int at = address.lastIndexOf('@');
        String local = address.substring(0, at);
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(local)) {
            throw new AddressException(what + " has letters before the @ that are not ASCII");
        }
        String domain = address.substring(at + 1);
        return local + "@" + (domain.startsWith("[") ? domain : IDN.toASCII(domain));
    }
}
