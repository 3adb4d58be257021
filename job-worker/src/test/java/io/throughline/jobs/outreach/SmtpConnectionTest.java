package io.throughline.jobs.outreach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.throughline.jobs.outreach.MessageStore.Letter;
import io.throughline.jobs.outreach.SmtpConnection.Unreachable;
import jakarta.mail.Address;
import jakarta.mail.Header;
import jakarta.mail.Message;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What arrives, as a mail server that is not ours reads it. */
class SmtpConnectionTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
        timer.shutdownNow();
    }

    private record Settings(
            Optional<String> url,
            int connections,
            Duration idle,
            Duration connectTimeout,
            Duration replyTimeout,
            Duration writeTimeout,
            Duration patience,
            Duration absence,
            Duration giveUp,
            Duration deferral)
            implements SmtpSettings {

        static Settings within(Duration limit) {
            return new Settings(Optional.empty(), 1, limit, limit, limit, limit, limit, limit, limit, limit);
        }
    }

    private String url() {
        return "smtp://127.0.0.1:" + server.getSmtp().getPort();
    }

    private SmtpConnection open(String url) throws Unreachable {
        return SmtpConnection.open(
                new SmtpServer(url, Settings.within(Duration.ofSeconds(5)), timer), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Letter letter(String sender, String recipient, String subject, String body) {
        return new Letter(UUID.randomUUID(), sender, recipient, subject, body, 0);
    }

    private MimeMessage received(Letter letter) throws Exception {
        try (SmtpConnection connection = open(url())) {
            assertThat(connection.send(letter)).isInstanceOf(Delivery.Accepted.class);
        }
        MimeMessage[] mails = server.getReceivedMessages();
        assertThat(mails).hasSize(1);
        return mails[0];
    }

    private Delivery sent(Letter letter) throws Unreachable {
        try (SmtpConnection connection = open(url())) {
            return connection.send(letter);
        }
    }

    @Test
    void writesTheHeadersOfAPersonalMail() throws Exception {
        Letter letter = letter("Ann Lee <ann@sender.example>", "bob@recipient.example", "Hello Bob", "Hi");
        MimeMessage mail = received(letter);
        assertThat(mail.getFrom()).containsExactly(new InternetAddress("ann@sender.example", "Ann Lee"));
        assertThat(mail.getAllRecipients()).containsExactly((Address) new InternetAddress("bob@recipient.example"));
        assertThat(mail.getSubject()).isEqualTo("Hello Bob");
        assertThat(mail.getMessageID()).isEqualTo("<" + letter.messageId() + "@sender.example>");
        assertThat(mail.getSentDate()).isEqualTo(Date.from(NOW));
        assertThat(mail.getContentType()).isEqualToIgnoringCase("text/plain; charset=UTF-8");
        assertThat(mail.getHeader("MIME-Version")).containsExactly("1.0");
    }

    @Test
    void keepsEveryLetterOfTheWorld() throws Exception {
        String subject = "Grüße aus Zürich – 你好 🚀 and a subject that has to be folded as it is longer than one line";
        String body = "Ærøskøbing\r\nпривет 🚀\r\n";
        MimeMessage mail = received(letter("Änn Łee <ann@sender.example>", "bob@recipient.example", subject, body));
        assertThat(mail.getSubject()).isEqualTo(subject);
        assertThat(mail.getContent()).isEqualTo(body);
        assertThat(((InternetAddress) mail.getFrom()[0]).getPersonal()).isEqualTo("Änn Łee");
        for (Header header : Collections.list(mail.getAllHeaders())) {
            assertThat(header.getValue()).as(header.getName()).isASCII();
        }
    }

    @Test
    void keepsDotsAndLongLines() throws Exception {
        String body = ".\r\n..\r\n.hidden\r\nQUIT\r\n.\r\n" + "x".repeat(5_000) + "\r\nlast";
        MimeMessage mail = received(letter("ann@sender.example", "bob@recipient.example", "dots", body));
        assertThat(mail.getContent()).isEqualTo(body);
    }

    @Test
    void endsLinesAsTheWireWantsThem() throws Exception {
        MimeMessage mail = received(letter("ann@sender.example", "bob@recipient.example", "lines", "a\nb\n\nc"));
        assertThat(mail.getContent().toString().stripTrailing()).isEqualTo("a\r\nb\r\n\r\nc");
    }

    @Test
    void letsNobodyAddHeadersThroughTheSubject() throws Exception {
        MimeMessage mail = received(letter(
                "ann@sender.example",
                "bob@recipient.example",
                "Hello\r\nBcc: victim@recipient.example\nX-Evil: 1\r\n\r\nbody",
                "Hi"));
        assertThat(mail.getSubject()).isEqualTo("Hello Bcc: victim@recipient.example X-Evil: 1 body");
        assertThat(mail.getRecipients(Message.RecipientType.BCC)).isNull();
        assertThat(mail.getHeader("X-Evil")).isNull();
        assertThat(mail.getContent()).asString().startsWith("Hi");
    }

    @Test
    void refusesAddressesThatAreNone() throws Exception {
        for (String address : List.of(
                "",
                " ",
                "nobody",
                "nobody@",
                "@recipient.example",
                "a b@recipient.example",
                "a@recipient.example, b@recipient.example",
                "group: a@recipient.example;",
                "a@recipient.example\r\nRCPT TO:<victim@recipient.example>",
                "a@recipient.example\nBcc: victim@recipient.example",
                "\"a\r\nb\"@recipient.example",
                "Ann\r\nBcc: victim@recipient.example <a@recipient.example>",
                "jörg@recipient.example")) {
            assertThat(sent(letter("ann@sender.example", address, "Hello", "Hi")))
                    .as("to <%s>", address)
                    .isInstanceOf(Delivery.Impossible.class);
            assertThat(sent(letter(address, "bob@recipient.example", "Hello", "Hi")))
                    .as("from <%s>", address)
                    .isInstanceOf(Delivery.Impossible.class);
        }
        assertThat(server.getReceivedMessages()).isEmpty();
    }

    @Test
    void writesToDomainsOfOtherScripts() throws Exception {
        MimeMessage mail = received(letter("ann@sender.example", "bob@bücher.example", "Hello", "Hi"));
        assertThat(mail.getAllRecipients()[0]).hasToString("bob@xn--bcher-kva.example");
    }

    @Test
    void sendsManyMailsOnOneConnectionEvenAfterABadOne() throws Exception {
        try (SmtpConnection connection = open(url())) {
            for (int i = 0; i < 50; i++) {
                String recipient = i % 10 == 3 ? "nobody" : "bob" + i + "@recipient.example";
                Delivery delivery = connection.send(letter("ann@sender.example", recipient, "Hello " + i, "Hi"));
                assertThat(delivery).isInstanceOf(i % 10 == 3 ? Delivery.Impossible.class : Delivery.Accepted.class);
                assertThat(connection.usable()).isTrue();
            }
            assertThat(connection.alive()).isTrue();
        }
        assertThat(server.getReceivedMessages()).hasSize(45);
    }

    @Test
    void logsInWithWhatTheUrlSays() throws Exception {
        server.setUser("ann@sender.example", "ann@sender.example", "p:a+ß%/");
        server.getUserManager().setAuthRequired(true);
        String login = "ann%40sender.example:p%3Aa%2B%C3%9F%25%2F@";
        try (SmtpConnection connection = open(url().replace("smtp://", "smtp://" + login))) {
            assertThat(connection.send(letter("ann@sender.example", "bob@recipient.example", "Hello", "Hi")))
                    .isInstanceOf(Delivery.Accepted.class);
        }
        assertThatThrownBy(() -> open(url().replace("smtp://", "smtp://ann%40sender.example:wrong@")))
                .isInstanceOf(Unreachable.class);
    }

    @Test
    void doesNotSpeakInTheClearWhenTlsIsRequired() {
        assertThatThrownBy(() -> open(url() + "?starttls=required")).isInstanceOf(Unreachable.class);
    }

    @Test
    void refusesUrlsOfOtherThings() {
        for (String url : List.of("http://127.0.0.1:25", "127.0.0.1:25", "smtp://", "smtp:mail")) {
            assertThatThrownBy(() -> open(url)).as(url).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void noticesThatTheServerHasHungUp() throws Exception {
        try (SmtpConnection connection = open(url())) {
            assertThat(connection.alive()).isTrue();
            server.stop();
            assertThat(connection.alive()).isFalse();
        }
    }
}
