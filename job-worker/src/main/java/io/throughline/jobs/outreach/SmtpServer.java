package io.throughline.jobs.outreach;

import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.angus.mail.smtp.SMTPSSLTransport;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/** Where mails go, as configured. */
final class SmtpServer {

    private final String protocol;
    private final URLName name;
    private final Session session;

    /** @throws IllegalArgumentException when the URL is not one of a mail server */
    SmtpServer(String url, SmtpSettings settings, ScheduledExecutorService writeTimeouts) {
        URI uri = URI.create(url.strip());
        protocol = String.valueOf(uri.getScheme());
        if (!(protocol.equals("smtp") || protocol.equals("smtps")) || uri.getHost() == null) {
            throw new IllegalArgumentException("throughline.smtp.url must look like smtp://user:password@host:port");
        }
        String[] login = uri.getRawUserInfo() == null
                ? new String[] {null, null}
                : uri.getRawUserInfo().split(":", 2);
        name = new URLName(
                protocol,
                uri.getHost(),
                uri.getPort() > 0 ? uri.getPort() : protocol.equals("smtps") ? 465 : 25,
                null,
                decoded(login[0]),
                login.length > 1 ? decoded(login[1]) : "");
        Properties properties = new Properties();
        set(properties, "connectiontimeout", settings.connectTimeout());
        set(properties, "timeout", settings.replyTimeout());
        set(properties, "writetimeout", settings.writeTimeout());
        properties.put("mail." + protocol + ".executor.writetimeout", writeTimeouts);
        properties.setProperty("mail." + protocol + ".auth", Boolean.toString(login[0] != null));
        boolean startTls = "starttls=required".equals(uri.getQuery());
        properties.setProperty("mail." + protocol + ".starttls.enable", Boolean.toString(startTls));
        properties.setProperty("mail." + protocol + ".starttls.required", Boolean.toString(startTls));
        properties.setProperty("mail." + protocol + ".ssl.checkserveridentity", "true");
        settings.trustedCertificate()
                .ifPresent(path -> properties.put(
                        "mail." + protocol + ".ssl.socketFactory", TrustedCertificate.sockets(Path.of(path))));
        session = Session.getInstance(properties);
    }

    private void set(Properties properties, String key, Duration limit) {
        properties.setProperty("mail." + protocol + "." + key, Long.toString(limit.toMillis()));
    }

    private static String decoded(String text) {
        return text == null ? null : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    Session session() {
        return session;
    }

    /** Not connected yet. */
    SMTPTransport transport() {
        return protocol.equals("smtps") ? new SMTPSSLTransport(session, name) : new SMTPTransport(session, name);
    }
}
