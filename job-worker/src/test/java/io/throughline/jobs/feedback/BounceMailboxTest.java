package io.throughline.jobs.feedback;

import static io.throughline.jobs.outreach.Campaign.address;
import static io.throughline.jobs.outreach.Campaign.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.jobs.outreach.Campaign;
import io.throughline.jobs.outreach.MailServerForTests;
import io.throughline.jobs.outreach.MessageFeedback;
import io.throughline.jobs.outreach.SelfSigned;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mailbox on a server that is not ours. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class BounceMailboxTest {

    @Inject
    DsnFeedback dsn;

    @Inject
    MessageFeedback feedback;

    @Inject
    Sql sql;

    @TempDir
    Path directory;

    private final Campaign campaign = new Campaign(Ids.next());
    private GreenMail server;
    private GreenMailUser mailbox;

    private void serve(String protocol) {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", protocol));
        server.start();
        mailbox = server.setUser("bounces@sender.example", "bounces", "secret");
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    private BounceMailbox reader(String... more) {
        boolean secure = server.getImaps() != null;
        Map<String, String> all = new HashMap<>(Map.of(
                "host",
                "127.0.0.1",
                "port",
                Integer.toString((secure ? server.getImaps() : server.getImap()).getPort()),
                "tls",
                secure ? "implicit" : "none",
                "user",
                "bounces",
                "password",
                "secret",
                "timeout",
                "5S"));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(ImapSettings.class);
        all.forEach((key, value) -> builder.withDefaultValue("throughline.feedback.imap." + key, value));
        return new BounceMailbox(builder.build().getConfigMapping(ImapSettings.class), dsn, feedback);
    }

    private void deliver(String mail) throws MessagingException {
        mailbox.deliver(new MimeMessage(
                null, new ByteArrayInputStream(mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8))));
    }

    /** In the form of RFC 3464, appendix E. */
    private static String bounce(OutreachMessage message) {
        return """
                From: Mail Delivery Subsystem <mailer-daemon@recipient.example>
                To: <bounces@sender.example>
                Date: Thu, 7 Nov 2024 17:16:05 -0400
                Subject: Returned mail
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary="RAA14128"

                --RAA14128

                It could not be delivered.

                --RAA14128
                Content-Type: message/delivery-status

                Reporting-MTA: dns; recipient.example

                Final-Recipient: rfc822; %s
                Action: failed
                Status: 5.1.1

                --RAA14128
                Content-Type: text/rfc822-headers

                Message-ID: <%s@sender.example>

                --RAA14128--
                """.formatted(message.recipient(), message.messageId());
    }

    private OutreachMessage[] sent(int count) {
        OutreachMessage[] messages = IntStream.range(0, count)
                .mapToObj(i -> campaign.to(address("r" + i)))
                .toArray(OutreachMessage[]::new);
        campaign.publish(messages);
        patiently().untilAsserted(() -> assertThat(campaign.events()).hasSize(count));
        return messages;
    }

    private List<EngagementEvent> bounced() {
        return campaign.events().stream()
                .filter(event -> event.eventType().equals("bounced"))
                .toList();
    }

    private List<Boolean> seen() throws MessagingException {
        return Stream.of(server.getReceivedMessages())
                .map(BounceMailboxTest::isSeen)
                .toList();
    }

    private static boolean isSeen(MimeMessage mail) {
        try {
            return mail.isSet(Flags.Flag.SEEN);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tellsOfBouncesOnceAndMarksWhatItHasRead() throws MessagingException {
        serve(ServerSetup.PROTOCOL_IMAP);
        OutreachMessage[] messages = sent(2);
        deliver(bounce(messages[0]));
        deliver("Subject: Out of office\n\nI am at the sea.\n");
        deliver(bounce(messages[1]));
        deliver(bounce(messages[1]));
        assertThat(seen()).containsOnly(false);

        reader().run();
        patiently()
                .untilAsserted(() -> assertThat(bounced().stream().map(EngagementEvent::enrollmentId))
                        .containsExactlyInAnyOrder(messages[0].enrollmentId(), messages[1].enrollmentId()));
        assertThat(bounced()).allSatisfy(event -> assertThat(event.metadata()).containsEntry("bounceType", "hard"));
        assertThat(seen()).hasSize(4).containsOnly(true);

        // The marks are lost, as by a crash before they were made.
        Arrays.stream(server.getReceivedMessages()).forEach(BounceMailboxTest::unsee);
        reader().run();
        assertThat(seen()).containsOnly(true);
        assertThat((long) sql.one(
                        "SELECT count(*) AS told FROM inbox WHERE consumer = 'message-feedback' AND tenant_id = ?",
                        row -> row.number("told"),
                        campaign.tenantId()))
                .isEqualTo(2L);
    }

    private static void unsee(MimeMessage mail) {
        try {
            mail.setFlag(Flags.Flag.SEEN, false);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readsSomeAtATime() throws MessagingException {
        serve(ServerSetup.PROTOCOL_IMAP);
        for (int i = 0; i < 5; i++) {
            deliver("Subject: " + i + "\n\nNothing.\n");
        }
        reader("batch", "3").run();
        assertThat(seen()).containsExactly(true, true, true, false, false);
        reader("batch", "3").run();
        assertThat(seen()).containsOnly(true);
    }

    @Test
    void leavesMailsUnseenWhenTheDatabaseDoesNotTakeThem() throws MessagingException {
        serve(ServerSetup.PROTOCOL_IMAP);
        OutreachMessage[] messages = sent(1);
        deliver(bounce(messages[0]));
        sql.update("ALTER TABLE inbox RENAME TO inbox_away");
        try {
            assertThatThrownBy(() -> reader().run()).isInstanceOf(RuntimeException.class);
        } finally {
            sql.update("ALTER TABLE inbox_away RENAME TO inbox");
        }
        assertThat(seen()).containsExactly(false);
        reader().run();
        assertThat(seen()).containsExactly(true);
        patiently().untilAsserted(() -> assertThat(bounced()).hasSize(1));
    }

    @Test
    void speaksTlsWithAServerItMayTrustOnly() throws Exception {
        SelfSigned own = SelfSigned.in(directory, "san=ip:127.0.0.1");
        System.setProperty("greenmail.tls.keystore.file", own.store().toString());
        System.setProperty("greenmail.tls.keystore.password", SelfSigned.STORE_PASSWORD);
        try {
            serve(ServerSetup.PROTOCOL_IMAPS);
        } finally {
            System.clearProperty("greenmail.tls.keystore.file");
            System.clearProperty("greenmail.tls.keystore.password");
        }
        deliver("Subject: Hello\n\nNothing.\n");
        assertThatThrownBy(() -> reader().run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("can't be read");
        assertThat(seen()).containsExactly(false);
        reader("trusted-certificate", own.pem().toString()).run();
        assertThat(seen()).containsExactly(true);
    }

    @Test
    void doesNotTellItsPasswordInTheClearWhereTlsIsWanted() throws MessagingException {
        serve(ServerSetup.PROTOCOL_IMAP);
        deliver("Subject: Hello\n\nNothing.\n");
        assertThatThrownBy(() -> reader("tls", "starttls").run()).isInstanceOf(IllegalStateException.class);
        assertThat(seen()).containsExactly(false);
    }

    @Test
    void isOffWithoutAHost() {
        serve(ServerSetup.PROTOCOL_IMAP);
        reader("host", "").run();
    }
}
