package io.throughline.jobs.feedback;

import io.throughline.jobs.outreach.MessageFeedback;
import io.throughline.jobs.outreach.MessageFeedback.Told;
import io.throughline.jobs.outreach.TrustedCertificate;
import io.throughline.jobs.queue.Chore;
import jakarta.inject.Singleton;
import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessageRemovedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.search.FlagTerm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.jboss.logging.Logger;

/**
 * Looks into the mailbox for bounces once a minute, in one replica. A mail is marked seen when what it tells is in the database, or when
 * it tells nothing of ours; if the mark is lost, it is read again and told once all the same.
 */
@Singleton
class BounceMailbox implements Chore {

    private static final Logger LOG = Logger.getLogger(BounceMailbox.class);
    /** Marked at once; what is read again after a crash is no more than that. */
    private static final int TOGETHER = 50;
    /** A DSN that brings the whole mail back may be as large as that was. */
    private static final int LARGEST_MAIL = 2 << 20;
    /** Other chores wait. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(60);

    private final ImapSettings settings;
    private final DsnFeedback dsn;
    private final MessageFeedback feedback;

    BounceMailbox(ImapSettings settings, DsnFeedback dsn, MessageFeedback feedback) {
        this.settings = settings;
        this.dsn = dsn;
        this.feedback = feedback;
    }

    @Override
    public void run() {
        if (settings.host().filter(host -> !host.isBlank()).isEmpty()) {
            return;
        }
        try (Store store = session().getStore()) {
            store.connect(
                    settings.host().get().strip(),
                    settings.port().orElse(-1),
                    settings.user().orElse(null),
                    settings.password().orElse(null));
            try (Folder folder = store.getFolder(settings.folder())) {
                folder.open(Folder.READ_WRITE);
                look(folder);
            }
        } catch (MessagingException e) {
            throw new IllegalStateException("the bounce mailbox can't be read: " + e.getMessage(), e);
        }
    }

    private Session session() {
        boolean implicit = settings.tls() == ImapSettings.Tls.IMPLICIT;
        String protocol = implicit ? "imaps" : "imap";
        String limit = Long.toString(settings.timeout().toMillis());
        Properties properties = new Properties();
        properties.setProperty("mail.store.protocol", protocol);
        String prefix = "mail." + protocol + ".";
        List.of("connectiontimeout", "timeout", "writetimeout")
                .forEach(each -> properties.setProperty(prefix + each, limit));
        String startTls = Boolean.toString(settings.tls() == ImapSettings.Tls.STARTTLS);
        properties.setProperty(prefix + "starttls.enable", startTls);
        properties.setProperty(prefix + "starttls.required", startTls);
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        properties.setProperty(prefix + "peek", "true"); // reading marks nothing seen
        settings.trustedCertificate()
                .ifPresent(file ->
                        properties.put(prefix + "ssl.socketFactory", TrustedCertificate.sockets(Path.of(file))));
        return Session.getInstance(properties);
    }

    private void look(Folder folder) throws MessagingException {
        long began = System.nanoTime();
        Message[] unseen = folder.search(new FlagTerm(new Flags(Flags.Flag.SEEN), false));
        int most = Math.min(unseen.length, settings.batch());
        int told = 0;
        int looked = 0;
        while (looked < most && System.nanoTime() - began < LONGEST_LOOK.toNanos()) {
            Message[] some = Arrays.copyOfRange(unseen, looked, Math.min(most, looked + TOGETHER));
            told += take(folder, some);
            looked += some.length;
        }
        if (looked > 0) {
            LOG.infof("Bounce mailbox read; mails=%d told=%d left=%d", looked, told, unseen.length - looked);
        }
    }

    private int take(Folder folder, Message[] some) throws MessagingException {
        FetchProfile sizes = new FetchProfile();
        sizes.add(FetchProfile.Item.SIZE);
        folder.fetch(some, sizes);
        List<Told> all = new ArrayList<>();
        for (Message mail : some) {
            all.addAll(read(mail));
        }
        int fresh = feedback.tell(all);
        folder.setFlags(some, new Flags(Flags.Flag.SEEN), true);
        return fresh;
    }

    /** What it tells; nothing of a mail that is none, too large, or gone meanwhile. */
    private List<Told> read(Message mail) throws MessagingException {
        try {
            if (mail.getSize() > LARGEST_MAIL) {
                LOG.warnf("A mail in the bounce mailbox is too large to be read; bytes=%d", mail.getSize());
                return List.of();
            }
            try (InputStream raw = ((IMAPMessage) mail).getMimeStream()) {
                return dsn.read(raw.readNBytes(LARGEST_MAIL));
            }
        } catch (MessageRemovedException e) {
            return List.of();
        } catch (IOException e) {
            throw new MessagingException("a mail can't be read", e);
        } catch (RuntimeException unreadable) {
            // Whatever is wrong with it, it must not keep those after it from being read.
            LOG.warnf("A mail in the bounce mailbox is not understood; reason=%s", unreadable.getMessage());
            return List.of();
        }
    }
}
