package io.throughline.jobs.outreach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.throughline.events.engagement.TrackingToken;
import io.throughline.jobs.outreach.MessageStore.Letter;
import io.throughline.platform.access.Signatures;
import jakarta.mail.Address;
import jakarta.mail.Header;
import jakarta.mail.Message;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.server.SMTPServer;

/** What arrives, as a mail server that is not ours reads it. */
class SmtpConnectionTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    private Links links = Links.none();
    private Path trusted;

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
            Optional<String> trustedCertificate,
            Optional<Integer> rate,
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

        static Settings within(Duration limit, Path trusted) {
            return new Settings(
                    Optional.empty(),
                    Optional.ofNullable(trusted).map(Path::toString),
                    Optional.empty(),
                    1,
                    limit,
                    limit,
                    limit,
                    limit,
                    limit,
                    limit,
                    limit,
                    limit);
        }
    }

    private String url() {
        return "smtp://127.0.0.1:" + server.getSmtp().getPort();
    }

    private SmtpConnection open(String url) throws Unreachable {
        return SmtpConnection.open(
                new SmtpServer(url, Settings.within(Duration.ofSeconds(5), trusted), timer),
                links,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Letter letter(String sender, String recipient, String subject, String body) {
        return letter(sender, recipient, subject, body, null, true);
    }

    private static Letter letter(
            String sender, String recipient, String subject, String body, String html, boolean tracked) {
        return new Letter(
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                UUID.randomUUID(),
                "email",
                3,
                null,
                sender,
                recipient,
                subject,
                body,
                html,
                tracked,
                tracked,
                0);
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

    private static final Signatures KEYS =
            new Signatures(List.of(Base64.getEncoder().encodeToString(new byte[32])));

    private static String part(MimeMessage mail, int index, String type) throws Exception {
        MimeMultipart parts = (MimeMultipart) mail.getContent();
        assertThat(mail.getContentType()).startsWithIgnoringCase("multipart/alternative");
        assertThat(parts.getCount()).isEqualTo(2);
        assertThat(parts.getBodyPart(index).getContentType()).isEqualToIgnoringCase("text/" + type + "; charset=UTF-8");
        return parts.getBodyPart(index).getContent().toString();
    }

    private static TrackingToken token(String url, String before, String after) {
        assertThat(url).startsWith(before).endsWith(after);
        String token = url.substring(before.length(), url.length() - after.length());
        return KEYS.content(token).flatMap(TrackingToken::of).orElseThrow();
    }

    @Test
    void tracksOpensAndClicksInHtmlAndLeavesTheTextAlone() throws Exception {
        links = Links.at("https://mail.example", KEYS);
        String html = "<p>Grüße, <a class=x href=' https://example.com/?a=1&amp;b=ü '>this</a>"
                + "<a href='mailto:ann@sender.example'>me</a><a href='javascript:alert(1)'>no</a><a href='#top'>top</a>"
                + "<a href='//example.com/x'>bare</a><!--[if mso]><i>Outlook</i><![endif]--></p>";
        Letter letter =
                letter("ann@sender.example", "bob@recipient.example", "Hi", "See https://example.com/", html, true);
        MimeMessage mail = received(letter);

        assertThat(part(mail, 0, "plain")).isEqualTo("See https://example.com/");
        Document document = Jsoup.parse(part(mail, 1, "html"));
        assertThat(document.html()).contains("Grüße", "<!--[if mso]><i>Outlook</i><![endif]-->");
        List<String> hrefs = document.select("a").eachAttr("href");
        assertThat(token(hrefs.getFirst(), "https://mail.example/t/c/", ""))
                .isEqualTo(new TrackingToken(
                        TrackingToken.Action.CLICK,
                        letter.tenantId(),
                        letter.enrollmentId(),
                        letter.instanceId(),
                        3,
                        NOW,
                        "https://example.com/?a=1&b=%C3%BC"));
        assertThat(hrefs.subList(1, 5))
                .containsExactly("mailto:ann@sender.example", "javascript:alert(1)", "#top", "//example.com/x");
        assertThat(document.select("img").eachAttr("src"))
                .singleElement()
                .satisfies(src -> assertThat(
                                token(src, "https://mail.example/t/o/", ".gif").action())
                        .isEqualTo(TrackingToken.Action.OPEN));
    }

    @Test
    void canBeUnsubscribedByOneClickAndByALinkInTheText() throws Exception {
        links = Links.at("https://mail.example/", KEYS);
        MimeMessage mail = received(letter(
                "ann@sender.example",
                "bob@recipient.example",
                "Hi",
                "Stop: throughline:unsubscribe",
                "<a href=\"throughline:unsubscribe\">Stop</a>",
                true));
        String place = mail.getHeader("List-Unsubscribe")[0].replaceAll("[<>]", "");
        assertThat(token(place, "https://mail.example/u/", "").action()).isEqualTo(TrackingToken.Action.UNSUBSCRIBE);
        assertThat(mail.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
        assertThat(part(mail, 0, "plain")).isEqualTo("Stop: " + place);
        assertThat(Jsoup.parse(part(mail, 1, "html")).select("a").attr("href")).isEqualTo(place);
    }

    @Test
    void makesHtmlOfAPlainTextThatIsToBeTracked() throws Exception {
        links = Links.at("https://mail.example", KEYS);
        String text = "Hi <Bob> & co,\r\n  see https://example.com/a?b=1&c=2. Bye";
        MimeMessage mail = received(letter("ann@sender.example", "bob@recipient.example", "Hi", text));
        assertThat(part(mail, 0, "plain")).isEqualTo(text);
        Document document = Jsoup.parse(part(mail, 1, "html"));
        assertThat(document.select("a").text()).isEqualTo("https://example.com/a?b=1&c=2");
        assertThat(token(document.select("a").attr("href"), "https://mail.example/t/c/", "")
                        .url())
                .isEqualTo("https://example.com/a?b=1&c=2");
        assertThat(document.body().wholeText().replace('\u00a0', ' '))
                .isEqualToNormalizingNewlines("Hi <Bob> & co,\n  see https://example.com/a?b=1&c=2. Bye");
    }

    @Test
    void tracksNothingWhenNothingIsToBeTracked() throws Exception {
        links = Links.at("https://mail.example", KEYS);
        String html = "<a href='https://example.com/'>x</a>";
        MimeMessage mail = received(letter("ann@sender.example", "bob@recipient.example", "Hi", "x", html, false));
        assertThat(part(mail, 1, "html")).isEqualTo(html);
        assertThat(mail.getHeader("List-Unsubscribe")).hasSize(1);
    }

    /** Encoded words, folded lines, control characters of every kind, in everything that a template or a contact reaches. */
    @Test
    void letsNobodyAddHeadersThroughAnything() throws Exception {
        links = Links.at("https://mail.example", KEYS);
        List<String> attacks = List.of(
                "x\r\nBcc: victim@recipient.example",
                "x\nBcc: victim@recipient.example",
                "x\rBcc: victim@recipient.example",
                "x\u0085Bcc: victim@recipient.example\u2028Bcc: victim@recipient.example",
                "=?UTF-8?Q?x=0D=0ABcc:_victim@recipient.example?=",
                "=?UTF-8?B?eA0KQmNjOiB2aWN0aW1AcmVjaXBpZW50LmV4YW1wbGU=?=",
                "x\r\n .\r\n\r\nBcc: victim@recipient.example",
                "x\u0000\u000b\u000cBcc: victim@recipient.example");
        for (String attack : attacks) {
            server.purgeEmailFromAllMailboxes();
            String link = "<a href=\"https://example.com/" + attack + "\">x</a>";
            MimeMessage mail =
                    received(letter("ann@sender.example", "bob@recipient.example", attack, attack, link, true));
            assertThat(Collections.list(mail.getAllHeaders()))
                    .as(attack)
                    .extracting(Header::getName)
                    .containsOnlyOnce("To", "From", "Subject")
                    .doesNotContain("Bcc");
            assertThat(mail.getAllRecipients()).hasSize(1);
            assertThat(part(mail, 0, "plain")).isNotEmpty();
            for (String broken : List.of("Ann " + attack + " <ann@sender.example>", attack + "@sender.example")) {
                Delivery delivery = sent(letter(broken, "bob@recipient.example", "Hi", "Hi"));
                if (delivery instanceof Delivery.Accepted) {
                    MimeMessage[] all = server.getReceivedMessages();
                    assertThat(all[all.length - 1].getHeader("Bcc")).as(broken).isNull();
                    assertThat(all[all.length - 1].getFrom()).hasSize(1);
                }
            }
        }
    }

    /** Another server than the one above: that one speaks TLS from the first byte only. */
    @Test
    void speaksTlsWithWhomItTrusts(@TempDir Path directory) throws Exception {
        SelfSigned known = SelfSigned.in(directory, "san=ip:127.0.0.1");
        SelfSigned elsewhere = SelfSigned.in(directory, "san=dns:elsewhere.example");
        List<String> logins = new CopyOnWriteArrayList<>();
        List<String> arrived = new CopyOnWriteArrayList<>();
        for (SelfSigned certificate : List.of(known, elsewhere)) {
            SMTPServer tls = SMTPServer.port(0)
                    .bindAddress(InetAddress.getLoopbackAddress())
                    .startTlsSocketFactory(certificate.context())
                    .requireTLS()
                    .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory(
                            (user, password, context) -> logins.add(user + ":" + password)))
                    .requireAuth()
                    .messageHandler((context, from, to, data) -> arrived.add(to))
                    .build();
            tls.start();
            try {
                String url = "smtp://ann:secret@127.0.0.1:" + tls.getPortAllocated() + "?starttls=required";
                trusted = null;
                assertThatThrownBy(() -> open(url)).as("a stranger").isInstanceOf(Unreachable.class);
                trusted = certificate.pem();
                if (certificate == known) {
                    try (SmtpConnection connection = open(url)) {
                        assertThat(connection.send(letter("ann@sender.example", "bob@recipient.example", "Hi", "Hi")))
                                .isInstanceOf(Delivery.Accepted.class);
                    }
                } else {
                    assertThatThrownBy(() -> open(url)).as("another's name").isInstanceOf(Unreachable.class);
                }
            } finally {
                tls.stop();
            }
        }
        assertThat(logins).containsExactly("ann:secret");
        assertThat(arrived).containsExactly("bob@recipient.example");
    }
}
