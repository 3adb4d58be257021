package io.throughline.analytics.tracking;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.throughline.analytics.CampaignStub;
import io.throughline.events.Topics;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.engagement.TrackingToken;
import io.throughline.events.engagement.TrackingToken.Action;
import io.throughline.platform.access.Signatures;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** What recipients' programs do with the links of a mail. Keys: a newer one, and one that has signed mails of last year. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class TrackingTest {

    private static final String BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private static final String TARGET = "https://example.com/a?b=c&d=%C3%BC#e";

    @Inject
    Json json;

    @Inject
    Sql sql;

    private final UUID tenant = Ids.next();
    private final UUID enrollment = Ids.next();
    private final UUID instance = Ids.next();

    private static Signatures keys(int from) {
        List<String> keys = List.of(ConfigProvider.getConfig()
                .getValue("throughline.tracking.keys", String.class)
                .split(","));
        return new Signatures(keys.subList(from, keys.size()));
    }

    private byte[] mail(Action action, String url) {
        return new TrackingToken(
                        action, tenant, enrollment, instance, 2, Instant.now().minusSeconds(60), url)
                .bytes();
    }

    private String token(Action action, String url) {
        return keys(0).token(mail(action, url));
    }

    private static RequestSpecification reader() {
        return given().redirects().follow(false).header("User-Agent", BROWSER);
    }

    private List<EngagementEvent> events() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> sql.list("SELECT FROM outbox WHERE tenant_id = ?", row -> true, tenant)
                        .isEmpty());
        return TestEvents.read(
                        Topics.ENGAGEMENT_EVENTS, each -> tenant.toString().equals(TestEvents.header(each, "tenant")))
                .stream()
                .map(each -> json.read(each.value(), EngagementEvent.class))
                .toList();
    }

    @Test
    void anOpenIsAPixelThatNobodyKeeps() {
        Response answer = reader().get("/t/o/" + token(Action.OPEN, null) + ".gif");
        answer.then()
                .statusCode(200)
                .contentType("image/gif")
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer");
        assertThat(answer.asByteArray())
                .startsWith('G', 'I', 'F', '8', '9', 'a')
                .hasSize(42);
        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.eventType()).isEqualTo("opened");
            assertThat(event.channel()).isEqualTo("email");
            assertThat(event.instanceId()).isEqualTo(instance);
            assertThat(event.enrollmentId()).isEqualTo(enrollment);
            assertThat(event.stepNumber()).isEqualTo(2);
            assertThat(event.metadata()).containsEntry("userAgent", BROWSER).doesNotContainKey("machine");
            assertThat(((Number) event.metadata().get("millisSinceSent")).longValue())
                    .isBetween(60_000L, 120_000L);
        });
    }

    @Test
    void aClickLeadsWhereTheMailLed() {
        reader().get("/t/c/" + token(Action.CLICK, TARGET))
                .then()
                .statusCode(302)
                .header("Location", TARGET)
                .header("Cache-Control", "no-store");
        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.eventType()).isEqualTo("clicked");
            assertThat(event.metadata()).containsEntry("url", TARGET);
        });
    }

    @Test
    void eachOpenCounts() {
        String pixel = "/t/o/" + token(Action.OPEN, null) + ".gif";
        reader().get(pixel);
        reader().get(pixel);
        assertThat(events()).hasSize(2);
    }

    @Test
    void aLoopOfOpensIsAnsweredAndNotCountedForEver() {
        String pixel = "/t/o/" + token(Action.OPEN, null) + ".gif";
        for (int i = 0; i < 90; i++) {
            reader().get(pixel).then().statusCode(200);
        }
        assertThat(events()).hasSizeBetween(30, 60);
    }

    @Test
    void marksPrefetching() {
        reader().header("Sec-Purpose", "prefetch;prerender").get("/t/c/" + token(Action.CLICK, TARGET));
        assertThat(events())
                .singleElement()
                .satisfies(event -> assertThat(event.metadata()).containsEntry("machine", true));
    }

    @Test
    void headIsAnsweredWithoutAnEvent() {
        reader().head("/t/o/" + token(Action.OPEN, null) + ".gif").then().statusCode(200);
        reader().head("/t/c/" + token(Action.CLICK, TARGET))
                .then()
                .statusCode(302)
                .header("Location", TARGET);
        reader().head("/u/" + token(Action.UNSUBSCRIBE, null)).then().statusCode(200);
        assertThat(events()).isEmpty();
    }

    @Test
    void anUnsubscribingPageChangesNothingUntilItsButtonIsPressed() {
        String page = "/u/" + token(Action.UNSUBSCRIBE, null);
        for (int i = 0; i < 3; i++) {
            reader().get(page)
                    .then()
                    .statusCode(200)
                    .contentType(containsString("text/html"))
                    .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                    .body(containsString("<form method=\"post\">"));
        }
        assertThat(events()).isEmpty();
        reader().formParam("List-Unsubscribe", "One-Click")
                .post(page)
                .then()
                .statusCode(200)
                .body(containsString("unsubscribed"));
        assertThat(events()).extracting(EngagementEvent::eventType).containsExactly("unsubscribed");
    }

    /** RFC 8058, section 3.1: the form may be multipart; there are no cookies and no redirect. */
    @Test
    void oneClickUnsubscribesOnceInEitherForm() {
        String page = "/u/" + token(Action.UNSUBSCRIBE, null);
        given().multiPart("List-Unsubscribe", "One-Click").post(page).then().statusCode(200);
        given().body("List-Unsubscribe=One-Click")
                .contentType("application/x-www-form-urlencoded")
                .post(page)
                .then()
                .statusCode(200);
        given().post(page).then().statusCode(200);
        events();
        assertThat(TestEvents.read(
                        Topics.ENGAGEMENT_EVENTS, each -> tenant.toString().equals(TestEvents.header(each, "tenant"))))
                .extracting(each -> TestEvents.header(each, "ce_id"))
                .as("however often they ask, one id")
                .containsOnly(tenant + ":unsubscribed:" + enrollment + ":2");
    }

    @Test
    void takesNoLargeBody() {
        given().body("x".repeat(20_000))
                .contentType("application/x-www-form-urlencoded")
                .post("/u/" + token(Action.UNSUBSCRIBE, null))
                .then()
                .statusCode(413);
        assertThat(events()).isEmpty();
    }

    @Test
    void isNoOpenRedirect() {
        Signatures ours = keys(0);
        Signatures theirs = new Signatures(List.of(Base64.getEncoder().encodeToString(new byte[32])));
        byte[] evil = mail(Action.CLICK, "https://evil.example/");
        String genuine = token(Action.CLICK, TARGET);
        byte[] swapped = Base64.getUrlDecoder().decode(genuine);
        swapped[61] ^= 1;
        for (String forged : List.of(
                theirs.token(evil),
                Base64.getUrlEncoder().withoutPadding().encodeToString(evil),
                Base64.getUrlEncoder().withoutPadding().encodeToString(swapped),
                genuine.substring(0, genuine.length() - 2),
                genuine + "AAAA",
                ours.token(new byte[] {1, 1}),
                ours.token(new byte[] {9, 1, 2}),
                token(Action.OPEN, "https://evil.example/"),
                token(Action.UNSUBSCRIBE, null),
                "A",
                "https%3A%2F%2Fevil.example")) {
            reader().get("/t/c/" + forged)
                    .then()
                    .statusCode(404)
                    .header("Location", equalTo(null))
                    .body(not(containsString("evil")));
        }
        reader().post("/u/" + genuine).then().statusCode(404);
        reader().get("/t/o/" + genuine + ".gif").then().statusCode(404);
        assertThat(events()).isEmpty();
    }

    @Test
    void mailsSignedWithAnOlderKeyWorkStill() {
        reader().get("/t/c/" + keys(1).token(mail(Action.CLICK, TARGET))).then().statusCode(302);
        assertThat(events()).hasSize(1);
    }

    /** Longer than a statement waits for a lock, so the first try fails. */
    @Test
    void keepsWhatHappensWhileTheDatabaseDoesNotAnswer() throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        Thread busy = Thread.ofPlatform()
                .start(() -> sql.inTransaction(() -> {
                    sql.update("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE");
                    locked.countDown();
                    return new CountDownLatch(1).await(6, TimeUnit.SECONDS);
                }));
        assertThat(locked.await(10, TimeUnit.SECONDS)).isTrue();
        reader().get("/t/c/" + token(Action.CLICK, TARGET)).then().statusCode(302);
        reader().post("/u/" + token(Action.UNSUBSCRIBE, null));
        busy.join();
        assertThat(events())
                .extracting(EngagementEvent::eventType)
                .containsExactlyInAnyOrder("clicked", "unsubscribed");
    }
}
