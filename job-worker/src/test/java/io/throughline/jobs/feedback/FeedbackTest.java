package io.throughline.jobs.feedback;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.jobs.outreach.Campaign;
import io.throughline.jobs.outreach.MailServerForTests;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Payloads in the form of the providers' documentation, about mails that were really sent. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class FeedbackTest {

    private final TestKey ann = TestKeys.issue();
    private final Campaign campaign = new Campaign(ann.tenantId());
    private OutreachMessage message;

    @BeforeEach
    void aMailThatWasSent() {
        message = campaign.to(Campaign.address("bob"));
        campaign.publish(message);
        Campaign.patiently()
                .untilAsserted(() -> assertThat(campaign.engagement()).hasSize(1));
    }

    private static String place(TestKey key, String provider) {
        String url = given().header("X-API-Key", key.apiKey())
                .get("/api/webhooks")
                .then()
                .statusCode(200)
                .extract()
                .path("data." + provider);
        assertThat(url).startsWith(MailServerForTests.PUBLIC_URL + "/api/webhooks/" + provider + "/");
        return URI.create(url).getPath();
    }

    private List<EngagementEvent> told() {
        return campaign.events().stream()
                .filter(event -> !event.eventType().equals("sent"))
                .toList();
    }

    private String smtpId() {
        return "<" + message.messageId() + "@sender.example>";
    }

    /** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
    private String sendGrid(String event, String id, String more) {
        return """
                {"email":"%s","timestamp":%d,"smtp-id":"%s","event":"%s","sg_event_id":"%s","sg_message_id":"x"%s}""".formatted(message.recipient(), Instant.now().getEpochSecond(), smtpId(), event, id, more);
    }

    private static String signature(String timestamp, String body) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(MailServerForTests.SENDGRID.getPrivate());
        signature.update((timestamp + body).getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(signature.sign());
    }

    private static ValidatableResponse sendGrid(String place, String timestamp, String signature, String body) {
        return given().header(SendGridFeedback.TIMESTAMP, timestamp)
                .header(SendGridFeedback.SIGNATURE, signature)
                .contentType("application/json")
                .body(body)
                .post(place)
                .then();
    }

    @Test
    void sendGridTellsOnceOfBouncesAndTheLike() throws Exception {
        String place = place(ann, "sendgrid");
        String some = message.messageId().toString();
        String body = "["
                + String.join(
                        ",",
                        sendGrid("delivered", some + 1, ""),
                        sendGrid("bounce", some + 2, ",\"type\":\"bounce\",\"reason\":\"550 no\\r\\nsuch user\""),
                        sendGrid("bounce", some + 3, ",\"type\":\"blocked\""),
                        sendGrid("spamreport", some + 4, ""),
                        sendGrid("group_unsubscribe", some + 5, ""),
                        sendGrid("open", some + 6, ""),
                        sendGrid("deferred", some + 7, ""),
                        sendGrid("delivered", some + 1, ""))
                + "]";
        String now = Long.toString(Instant.now().getEpochSecond());
        sendGrid(place, now, signature(now, body), body).statusCode(200).body("data.told", equalTo(5));
        sendGrid(place, now, signature(now, body), body).statusCode(200).body("data.told", equalTo(0));
        Campaign.patiently()
                .untilAsserted(() -> assertThat(told())
                        .extracting(
                                EngagementEvent::eventType,
                                event -> event.metadata().get("bounceType"))
                        .containsExactlyInAnyOrder(
                                tuple("delivered", null),
                                tuple("bounced", "hard"),
                                tuple("bounced", "blocked"),
                                tuple("complained", null),
                                tuple("unsubscribed", null)));
        assertThat(told()).allSatisfy(event -> {
            assertThat(event.enrollmentId()).isEqualTo(message.enrollmentId());
            assertThat(event.instanceId()).isEqualTo(message.instanceId());
            assertThat(event.stepNumber()).isEqualTo(1);
        });
        assertThat(told()).extracting(event -> event.metadata().get("detail")).contains("550 no such user");
    }

    @Test
    void refusesWhatSendGridHasNotSigned() throws Exception {
        String place = place(ann, "sendgrid");
        String body = "[" + sendGrid("bounce", "forged", "") + "]";
        String now = Long.toString(Instant.now().getEpochSecond());
        String old = Long.toString(Instant.now().minusSeconds(3_600).getEpochSecond());
        String good = signature(now, body);
        sendGrid(place, now, good, body + " ").statusCode(401).body("code", equalTo("bad_signature"));
        sendGrid(place, old, good, body).statusCode(401);
        sendGrid(place, old, signature(old, body), body).statusCode(401);
        sendGrid(place, now, "AAAA", body).statusCode(401);
        sendGrid(place, now, "not base64", body).statusCode(401);
        given().body(body).post(place).then().statusCode(401);
        assertThat(told()).isEmpty();
    }

    @Test
    void takesNothingFromWhoKnowsNoAddressAndNothingAboutOthersMails() {
        String body = postmark("Bounce", ",\"Type\":\"HardBounce\",\"BouncedAt\":\"2026-11-05T16:33:54.9070259Z\"");
        given().body(body).post("/api/webhooks/postmark/abc").then().statusCode(404);
        given().body(body)
                .post(place(ann, "postmark").replace("postmark", "mailgun"))
                .then()
                .statusCode(404);
        given().body(body)
                .post(place(TestKeys.issue(), "postmark"))
                .then()
                .statusCode(200)
                .body("data.told", equalTo(0))
                .body("data.others", equalTo(1));
        given().body("x".repeat((2 << 20) + 1))
                .post(place(ann, "postmark"))
                .then()
                .statusCode(413);
        given().body("{").post(place(ann, "postmark")).then().statusCode(400);
        assertThat(told()).isEmpty();
    }

    /** https://postmarkapp.com/developer/webhooks/bounce-webhook */
    private String postmark(String recordType, String more) {
        return """
                {"RecordType":"%s","MessageID":"883953f4-6105-42a2-a16a-77a8eac79483","ServerID":23,
                 "Description":"The server was unable to deliver your message","Email":"%s",
                 "Metadata":{"message":"%s"}%s}""".formatted(recordType, message.recipient(), message.messageId(), more);
    }

    @Test
    void postmarkTellsOfHardAndSoftBounces() {
        String place = place(ann, "postmark");
        for (String body : List.of(
                postmark("Bounce", ",\"Type\":\"HardBounce\",\"BouncedAt\":\"2026-11-05T16:33:54.9070259Z\""),
                postmark("Bounce", ",\"Type\":\"HardBounce\",\"BouncedAt\":\"2026-11-05T16:33:54.9070259Z\""),
                postmark("Bounce", ",\"Type\":\"Transient\",\"BouncedAt\":\"2026-11-05T16:34:00Z\""),
                postmark("SpamComplaint", ",\"Type\":\"SpamComplaint\",\"BouncedAt\":\"2026-11-05T16:35:00Z\""),
                postmark(
                        "SubscriptionChange",
                        ",\"SuppressSending\":true,\"SuppressionReason\":\"ManualSuppression\",\"ChangedAt\":\"2026-11-05T16:36:00Z\""),
                postmark("Open", ",\"ReceivedAt\":\"2026-11-05T16:36:00Z\""))) {
            given().contentType("application/json")
                    .body(body)
                    .post(place)
                    .then()
                    .statusCode(200);
        }
        Campaign.patiently()
                .untilAsserted(() -> assertThat(told())
                        .extracting(EngagementEvent::eventType)
                        .containsExactlyInAnyOrder("bounced", "soft_bounced", "complained", "unsubscribed"));
        assertThat(told().stream()
                        .filter(event -> event.eventType().equals("bounced"))
                        .findFirst()
                        .orElseThrow())
                .satisfies(event -> {
                    assertThat(event.occurredAt()).isEqualTo("2026-11-05T16:33:54.907025Z");
                    assertThat(event.metadata()).containsEntry("bounceType", "hard");
                });
    }

    private static ValidatableResponse postMail(String place, String mail) {
        return given().config(RestAssuredConfig.config()
                        .encoderConfig(
                                EncoderConfig.encoderConfig().encodeContentTypeAs("message/rfc822", ContentType.TEXT)))
                .contentType("message/rfc822")
                .body(mail)
                .post(place)
                .then()
                .statusCode(200);
    }

    /** RFC 3464, appendix E.1, with our mail coming back. */
    @Test
    void aBounceMailTells() {
        String mail = """
                Date: Thu, 7 Nov 2024 17:16:05 -0400
                From: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>
                Message-ID: <199407072116.RAA14128@CS.UTK.EDU>
                Subject: Returned mail: Cannot send message for 5 days
                To: <owner-info-mime@cs.utk.edu>
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status; boundary="RAA14128.773615765/CS.UTK.EDU"

                --RAA14128.773615765/CS.UTK.EDU

                The original message was received at Sat, 2 Jul 1994 17:10:28 -0400

                --RAA14128.773615765/CS.UTK.EDU
                content-type: message/delivery-status

                Reporting-MTA: dns; cs.utk.edu

                Original-Recipient: rfc822;louisl@larry.slip.umd.edu
                Final-Recipient: rfc822;louisl@larry.slip.umd.edu
                Action: failed
                Status: 5.1.1
                Diagnostic-Code: smtp; 550 user unknown

                --RAA14128.773615765/CS.UTK.EDU
                content-type: message/rfc822

                From: ann@sender.example
                Message-ID: %s
                Subject: Hello

                Hello
                --RAA14128.773615765/CS.UTK.EDU--
                """.formatted(smtpId()).replace("\n", "\r\n");
        String place = place(ann, "dsn");
        postMail(place, mail).body("data.told", equalTo(1));
        postMail(place, mail).body("data.told", equalTo(0));
        postMail(place, "Subject: Out of office\r\n\r\nHi").body("data.told", equalTo(0));
        Campaign.patiently()
                .untilAsserted(() -> assertThat(told()).singleElement().satisfies(event -> {
                    assertThat(event.eventType()).isEqualTo("bounced");
                    assertThat(event.occurredAt()).isEqualTo("2024-11-07T21:16:05Z");
                    assertThat(event.metadata())
                            .containsEntry("bounceType", "hard")
                            .containsEntry("detail", "smtp; 550 user unknown");
                }));
    }

    @Test
    void onlyAnAdministratorGetsAddressesForAllTenants() {
        given().header("X-API-Key", ann.apiKey())
                .get("/api/webhooks/suite")
                .then()
                .statusCode(403);
    }
}
