package io.throughline.system;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An SMTP server that is not ours. */
final class MailServer implements AutoCloseable {

    record Mail(String recipient, String subject, String body, String messageId) {}

    private final GreenMail server;

    MailServer() throws IOException {
        ServerSetup setup = new ServerSetup(RunningSuite.freePort(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        setup.setServerStartupTimeout(10_000);
        server = new GreenMail(setup);
        server.start();
    }

    String url() {
        return "smtp://127.0.0.1:" + server.getSmtp().getPort();
    }

    void empty() {
        try {
            server.purgeEmailFromAllMailboxes();
        } catch (FolderException e) {
            throw new IllegalStateException(e);
        }
    }

    int received() {
        return server.getReceivedMessages().length;
    }

    /** The plain text; beside it there may be HTML. */
    private static String text(Part part) throws MessagingException, IOException {
        return part.getContent() instanceof Multipart parts
                ? text(parts.getBodyPart(0))
                : part.getContent().toString();
    }

    Map<String, List<Mail>> byRecipient() throws MessagingException, IOException {
        Map<String, List<Mail>> mails = new TreeMap<>();
        for (MimeMessage message : server.getReceivedMessages()) {
            String recipient = message.getRecipients(Message.RecipientType.TO)[0]
                    .toString()
                    .toLowerCase(Locale.ROOT);
            mails.computeIfAbsent(recipient, any -> new ArrayList<>())
                    .add(new Mail(recipient, message.getSubject(), text(message), message.getMessageID()));
        }
        return mails;
    }

    @Override
    public void close() {
        server.stop();
    }
}
