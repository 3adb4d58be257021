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
import java.util.concurrent.atomic.AtomicInteger;

/** An SMTP server that is not ours. */
final class MailServer implements AutoCloseable {

    record Mail(String recipient, String subject, String body, String messageId) {}

    private final GreenMail server;
    private final CuttingLine line;

    MailServer() throws IOException {
        ServerSetup setup = new ServerSetup(RunningSuite.freePort(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
        setup.setServerStartupTimeout(10_000);
        server = new GreenMail(setup);
        server.start();
        line = new CuttingLine(server.getSmtp().getPort());
    }

    String url() {
        return "smtp://127.0.0.1:" + line.port();
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

    /** Cuts every connection each time that many mails more have come, until it is closed. */
    Cuts cutEvery(int mails) {
        return new Cuts(mails);
    }

    final class Cuts implements AutoCloseable {

        private final AtomicInteger count = new AtomicInteger();
        private final Thread thread;

        private Cuts(int mails) {
            int before = received();
            thread = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Thread.sleep(20);
                        if (received() - before >= (count.get() + 1) * mails) {
                            line.cut();
                            System.out.println("line cut, mails " + received() + ", cuts " + count.incrementAndGet());
                        }
                    }
                } catch (InterruptedException | IOException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        int count() {
            return count.get();
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        line.close();
        server.stop();
    }
}
