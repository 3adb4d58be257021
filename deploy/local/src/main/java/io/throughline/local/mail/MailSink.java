package io.throughline.local.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.subethamail.smtp.server.SMTPServer;

/** Takes every mail, delivers none. A mail is in the file before the sender hears that it was accepted. */
public final class MailSink implements AutoCloseable {

    private static final int LARGEST_MAIL_BYTES = 10 << 20;

    private final MailStore mails;
    private final SMTPServer server;

    private MailSink(MailStore mails, SMTPServer server) {
        this.mails = mails;
        this.server = server;
    }

    public static MailSink start(Path directory, int port) throws IOException {
        MailStore mails = MailStore.open(directory);
        SMTPServer server = SMTPServer.port(port)
                .bindAddress(InetAddress.getLoopbackAddress())
                .maxConnections(500)
                .maxMessageSize(LARGEST_MAIL_BYTES)
                .messageHandler((context, from, to, data) -> {
                    try {
                        mails.add(from, to, data);
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                })
                .build();
        server.start();
        return new MailSink(mails, server);
    }

    public int count() {
        return mails.count();
    }

    public List<StoredMail> newest(String to, int limit) throws IOException {
        return mails.newest(to, limit);
    }

    @Override
    public void close() throws IOException {
        server.stop();
        mails.close();
    }
}
