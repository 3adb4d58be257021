package io.throughline.jobs.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.jobs.outreach.MailServerForTests;
import io.throughline.jobs.outreach.MessageFeedback.Told;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import io.throughline.platform.test.EmbeddedServers;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages as SNS makes them, signed with a key of a certificate made here; the web is a function, for SNS is not to be reached. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class SesFeedbackTest {

    private static final String CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem";
    private static final char[] PASSWORD = "changeit".toCharArray();

    @Inject
    Json json;

    @TempDir
    Path directory;

    private final ObjectMapper mapper = new ObjectMapper();
    private final List<URI> fetched = new ArrayList<>();
    private final UUID message = UUID.randomUUID();
    private PrivateKey key;
    private byte[] certificate;

    private SesFeedback ses(String owner) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = directory.resolve(UUID.randomUUID() + ".p12");
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "sns",
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        owner,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        made.getInputStream().readAllBytes();
        assertThat(made.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        key = (PrivateKey) keys.getKey("sns", PASSWORD);
        certificate = keys.getCertificate("sns").getEncoded();
        return new SesFeedback(
                new SnsMessages(place -> {
                    fetched.add(place);
                    return certificate;
                }),
                json);
    }

    /** https://docs.aws.amazon.com/ses/latest/dg/notification-examples.html */
    private String bounce(String type) {
        return """
                {"notificationType":"Bounce",
                 "bounce":{"bounceType":"%s","bounceSubType":"General","feedbackId":"f",
                           "bouncedRecipients":[{"emailAddress":"jane@example.com","status":"5.1.1","action":"failed"}],
                           "timestamp":"2026-01-27T14:59:38.237Z","reportingMTA":"dns; example.com"},
                 "mail":{"timestamp":"2026-01-27T14:59:38.237Z","source":"ann@sender.example","messageId":"00000138111222aa",
                         "destination":["jane@example.com"],"commonHeaders":{"messageId":"<%s@sender.example>"}}}""".formatted(type, message);
    }

    private ObjectNode notification(String text) {
        return mapper.createObjectNode()
                .put("Type", "Notification")
                .put("MessageId", "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324")
                .put("TopicArn", "arn:aws:sns:us-west-2:123456789012:MyTopic")
                .put("Subject", "My First Message")
                .put("Message", text)
                .put("Timestamp", "2026-05-02T00:54:06.655Z")
                .put("SignatureVersion", "2")
                .put("SigningCertURL", CERTIFICATE);
    }

    private ObjectNode signed(ObjectNode message, String algorithm, String... names) throws GeneralSecurityException {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(name).append('\n').append(message.path(name).asText()).append('\n');
        }
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return message.put("Signature", Base64.getEncoder().encodeToString(signature.sign()));
    }

    private ObjectNode signed(ObjectNode message) throws GeneralSecurityException {
        return signed(message, "SHA256withRSA", "Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    }

    private static List<Told> read(SesFeedback ses, ObjectNode message) {
        return ses.read(message.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tellsOfHardAndSoftBounces() throws Exception {
        SesFeedback ses = ses("CN=sns.amazonaws.com");
        assertThat(read(ses, signed(notification(bounce("Permanent")))))
                .singleElement()
                .satisfies(told -> {
                    assertThat(told.messageId()).isEqualTo(message);
                    assertThat(told.type()).isEqualTo("bounced");
                    assertThat(told.bounceType()).isEqualTo("hard");
                    assertThat(told.at()).isEqualTo("2026-01-27T14:59:38.237Z");
                    assertThat(told.eventId()).isEqualTo("ses:22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324");
                });
        assertThat(read(ses, signed(notification(bounce("Transient")))))
                .singleElement()
                .satisfies(told -> assertThat(told.type()).isEqualTo("soft_bounced"));
        assertThat(fetched).as("a certificate is fetched once").containsExactly(URI.create(CERTIFICATE));
        ObjectNode first = notification(bounce("Permanent")).put("SignatureVersion", "1");
        first.remove("Subject");
        assertThat(read(ses, signed(first, "SHA1withRSA", "Message", "MessageId", "Timestamp", "TopicArn", "Type")))
                .hasSize(1);
    }

    @Test
    void refusesWhatSnsHasNotSigned() throws Exception {
        SesFeedback ses = ses("CN=sns.amazonaws.com");
        List<ObjectNode> forged = new ArrayList<>();
        forged.add(signed(notification(bounce("Permanent"))).put("Message", bounce("Transient")));
        forged.add(signed(notification(bounce("Permanent"))).put("Subject", "other"));
        forged.add(signed(notification(bounce("Permanent"))).put("Signature", "AAAA"));
        forged.add(signed(notification(bounce("Permanent"))).put("SignatureVersion", "3"));
        forged.add(notification(bounce("Permanent")));
        for (ObjectNode each : forged) {
            assertThatThrownBy(() -> read(ses, each))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("not signed");
        }
    }

    @Test
    void fetchesCertificatesFromSnsAndNowhereElse() throws Exception {
        SesFeedback ses = ses("CN=sns.amazonaws.com");
        for (String place : List.of(
                "https://evil.example/sns.eu-west-1.amazonaws.com.pem",
                "http://sns.eu-west-1.amazonaws.com/x.pem",
                "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
                "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem",
                "https://evil@sns.eu-west-1.amazonaws.com/x.pem",
                "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
                "https://s3.eu-west-1.amazonaws.com/evil/x.pem",
                "file:///etc/passwd",
                "")) {
            ObjectNode message = signed(notification(bounce("Permanent"))).put("SigningCertURL", place);
            assertThatThrownBy(() -> read(ses, message)).as(place).hasMessageContaining("not signed");
        }
        assertThat(fetched).isEmpty();
        SesFeedback others = ses("CN=evil.example");
        assertThatThrownBy(() -> read(others, signed(notification(bounce("Permanent")))))
                .hasMessageContaining("not signed");
    }

    @Test
    void confirmsASubscriptionThatSnsHasSigned() throws Exception {
        SesFeedback ses = ses("CN=sns.amazonaws.com");
        String place = "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&Token=2336412f37";
        ObjectNode wanted = notification("You have chosen to subscribe")
                .put("Type", "SubscriptionConfirmation")
                .put("Token", "2336412f37")
                .put("SubscribeURL", place);
        String[] names = {"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"};
        assertThatThrownBy(() -> read(ses, wanted.deepCopy())).hasMessageContaining("not signed");
        assertThat(read(ses, signed(wanted, "SHA256withRSA", names))).isEmpty();
        assertThat(fetched).endsWith(URI.create(place));
    }
}
