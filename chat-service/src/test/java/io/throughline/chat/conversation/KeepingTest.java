package io.throughline.chat.conversation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.chat.SuiteStub;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactErased;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Conversations come to an end: by age, by wish, with a person. Texts are sealed here, so nothing is found by reading. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(
        value = SuiteStub.class,
        initArgs = {
            @ResourceArg(name = "throughline.chat.keeping.batch", value = "7"),
            @ResourceArg(name = "throughline.chat.sealing.key", value = "k2"),
            @ResourceArg(
                    name = "throughline.chat.sealing.keys.k1",
                    value = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="),
            @ResourceArg(
                    name = "throughline.chat.sealing.keys.k2",
                    value = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI=")
        })
class KeepingTest {

    @Inject
    Sql sql;

    @Inject
    Removal removal;

    private final TestKey key = TestKeys.issue();

    @Test
    void removesWhatIsOlderThanThirtyDaysInSmallBatches() {
        String old = say("help, I am old", null);
        IntStream.range(0, 12).forEach(i -> say("help " + i, old));
        String young = say("help, I am young", null);
        age(old, "30 days 1 minute");
        age(young, "29 days 23 hours");
        Awaitility.await().untilAsserted(() -> {
            removal.runOnce();
            assertThat(rows("message", old)).isZero();
        });
        long left = sql.one(
                "SELECT count(*) AS n FROM conversation WHERE id = ?", row -> row.number("n"), UUID.fromString(old));
        assertThat(left).isZero();
        assertThat(rows("message", young)).isEqualTo(2);
        list().body("data.id", contains(young));
    }

    @Test
    void removesTheRowsOfADeletedConversationBySelf() {
        String id = say("help", null);
        IntStream.range(0, 12).forEach(i -> say("help " + i, id));
        given().header("X-API-Key", key.apiKey())
                .delete("/api/chat/conversations/" + id)
                .then()
                .statusCode(204);
        Awaitility.await().untilAsserted(() -> assertThat(rows("message", id)).isZero());
    }

    @Test
    void deletesAllOfOneUser() {
        say("help", null);
        say("help", null);
        TestKey colleague = TestKeys.issue(key.tenantId(), "read", "write");
        say(colleague, "help", null);
        given().header("X-API-Key", key.apiKey())
                .delete("/api/chat/conversations")
                .then()
                .statusCode(200)
                .body("data.conversations", is(2));
        list().body("data", hasSize(0));
        given().header("X-API-Key", colleague.apiKey())
                .get("/api/chat/conversations")
                .then()
                .body("data", hasSize(1));
    }

    @Test
    void forgetsAUserWhenAnAdminSaysSo() {
        say("help", null);
        erase(key, Map.of("userId", key.userId().toString()), 403);
        TestKey admin = TestKeys.issue(key.tenantId(), "read", "write", "admin");
        TestKey stranger = TestKeys.issue(UUID.randomUUID(), "read", "write", "admin");
        assertThat(erase(stranger, Map.of("userId", key.userId().toString()), 200)
                        .getInt("data.conversations"))
                .isZero();
        assertThat(erase(admin, Map.of("userId", key.userId().toString()), 200).getInt("data.conversations"))
                .isEqualTo(1);
        list().body("data", hasSize(0));
        erase(admin, Map.of(), 422);
    }

    @Test
    void forgetsAPersonWhereverTheirAddressIsNamed() {
        String id = say("help me with Ann.Lee@Example.com please", null);
        String untouched = say("help me with ann@example.com", null);
        TestKey admin = TestKeys.issue(key.tenantId(), "read", "write", "admin");
        assertThat(erase(admin, Map.of("email", "ann.lee@example.com"), 200).getInt("data.messages"))
                .isEqualTo(1);
        JsonPath forgotten = read(id);
        assertThat(forgotten.getString("data.title")).startsWith("(Removed");
        assertThat(forgotten.getString("data.messages[0].content")).startsWith("(Removed");
        assertThat(forgotten.getString("data.messages[1].content")).contains("I can answer");
        assertThat(read(untouched).getString("data.messages[0].content")).contains("ann@example.com");
        assertThat(erase(admin, Map.of("email", "ann.lee@example.com"), 200).getInt("data.messages"))
                .isZero();
    }

    @Test
    void forgetsAPersonWhoseContactIsErased() {
        String id = say("help me with Zoe.Lee@Example.com please", null);
        UUID contact = Ids.next();
        for (TestKey owner : List.of(TestKeys.issue(), key)) {
            TestEvents.publish(
                    Topics.CONTACT_ERASURES,
                    contact.toString(),
                    ContactErased.TYPE,
                    Ids.next().toString(),
                    owner.tenantId(),
                    new ContactErased(
                            contact,
                            List.of("other@example.com", "zoe.lee@example.com"),
                            List.of(),
                            List.of(),
                            Instant.now()));
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(read(id).getString("data.messages[0].content"))
                        .startsWith("(Removed"));
    }

    @Test
    void keepsTextsSealed() {
        String id = say("help with the secret", null);
        List<String> stored = sql.list(
                "SELECT encode(content, 'escape') AS text FROM message WHERE conversation_id = ?",
                row -> row.text("text"),
                UUID.fromString(id));
        assertThat(stored).hasSize(2).noneMatch(text -> text.contains("secret") || text.contains("campaign"));
        assertThat(read(id).getString("data.messages[0].content")).isEqualTo("help with the secret");
        assertThat(read(id).getString("data.title")).isEqualTo("help with the secret");
    }

    @Test
    void exportsAllOfAConversationInOrder() {
        String id = say("help 0", null);
        IntStream.range(1, 4).forEach(i -> say("help " + i, id));
        JsonPath document = given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations/" + id + "/export")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .extract()
                .jsonPath();
        assertThat(document.getList("messages.position")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(document.getList("messages.findAll { it.role == 'user' }.content"))
                .containsExactly("help 0", "help 1", "help 2", "help 3");
        assertThat(document.getInt("messageCount")).isEqualTo(8);
    }

    @Test
    void takesAnotherTitle() {
        String id = say("help", null);
        given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(Map.of("title", " Weekly\nfigures "))
                .patch("/api/chat/conversations/" + id)
                .then()
                .statusCode(200)
                .body("data.title", is("Weekly figures"));
        given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(Map.of("title", "x".repeat(81)))
                .patch("/api/chat/conversations/" + id)
                .then()
                .statusCode(422)
                .body("errors[0].pointer", is("/title"));
    }

    private void age(String conversation, String by) {
        sql.update(
                "UPDATE conversation SET updated_at = now() - ?::interval WHERE id = ?",
                by,
                UUID.fromString(conversation));
    }

    private long rows(String table, String conversation) {
        return sql.one(
                "SELECT count(*) AS n FROM " + table + " WHERE conversation_id = ?",
                row -> row.number("n"),
                UUID.fromString(conversation));
    }

    private io.restassured.response.ValidatableResponse list() {
        return given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations")
                .then()
                .statusCode(200);
    }

    private JsonPath read(String id) {
        return given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private static JsonPath erase(TestKey as, Map<String, ?> person, int status) {
        return given().header("X-API-Key", as.apiKey())
                .contentType("application/json")
                .body(person)
                .post("/api/chat/erasures")
                .then()
                .statusCode(status)
                .extract()
                .jsonPath();
    }

    private String say(String message, String conversation) {
        return say(key, message, conversation);
    }

    private static String say(TestKey as, String message, String conversation) {
        return given().header("X-API-Key", as.apiKey())
                .contentType("application/json")
                .body(
                        conversation == null
                                ? Map.of("message", message)
                                : Map.of("message", message, "conversationId", conversation))
                .post("/api/chat")
                .then()
                .statusCode(200)
                .extract()
                .path("data.conversationId");
    }
}
