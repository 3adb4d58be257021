package io.throughline.jobs.outreach;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class MessageListTest extends PagingSuite {

    private static final String PATH = "/api/outreach/messages";

    @Inject
    Sql rows;

    @Override
    protected String list(TestKey key) {
        return PATH;
    }

    @Override
    protected String idField() {
        return "messageId";
    }

    @Override
    protected List<String> create(TestKey key, int count) {
        List<String> ids = new ArrayList<>();
        UUID instance = Ids.next();
        for (int i = 0; i < count; i++) {
            ids.add(row(key.tenantId(), instance, i % 2 == 0 ? "sent" : "unknown"));
        }
        return ids;
    }

    private String row(UUID tenant, UUID instance, String status) {
        UUID id = Ids.next();
        String event = status.equals("queued") ? null : status;
        rows.update("""
                INSERT INTO outreach_message (message_id, tenant_id, enrollment_id, instance_id, contact_id, channel,
                    step_number, sender, recipient, subject, body, status, event, detail, job_id, settled_at)
                VALUES (?, ?, ?, ?, ?, 'email', 2, 'a@b.example', 'c@d.example', 'Hello', 'Hi', ?, ?, 'as told', ?,
                        CASE WHEN ?::text IS NULL THEN NULL ELSE now() END)
                """, id, tenant, Ids.next(), instance, Ids.next(), status, event, Ids.next(), event);
        return id.toString();
    }

    @Test
    void showsEveryFieldNewestFirst() {
        TestKey key = TestKeys.issue();
        UUID instance = Ids.next();
        String older = row(key.tenantId(), instance, "queued");
        String newer = row(key.tenantId(), instance, "sent");
        JsonPath page = given().header("X-API-Key", key.apiKey())
                .get(PATH)
                .then()
                .statusCode(200)
                .body("success", equalTo(true))
                .extract()
                .jsonPath();
        assertThat(page.getList("data.messageId")).containsExactly(newer, older);
        assertThat(page.getMap("data[0]").keySet())
                .asString()
                .isEqualTo("[messageId, instanceId, enrollmentId, contactId, channel, stepNumber, recipient, subject,"
                        + " status, detail, jobId, createdAt, settledAt]");
        assertThat(page.getString("data[0].instanceId")).isEqualTo(instance.toString());
        assertThat(page.getInt("data[0].stepNumber")).isEqualTo(2);
        assertThat(page.getString("data[0].recipient")).isEqualTo("c@d.example");
        assertThat(page.getString("data[0].detail")).isEqualTo("as told");
        assertThat(page.getString("data[0].settledAt")).endsWith("Z");
        assertThat(page.getString("data[1].settledAt")).isNull();
    }

    @Test
    void narrowsByInstanceAndStatus() {
        TestKey key = TestKeys.issue();
        UUID instance = Ids.next();
        String unknown = row(key.tenantId(), instance, "unknown");
        String sent = row(key.tenantId(), instance, "sent");
        String elsewhere = row(key.tenantId(), Ids.next(), "unknown");
        assertThat(ids(key, "?instanceId=" + instance)).containsExactly(sent, unknown);
        assertThat(ids(key, "?status=unknown")).containsExactly(elsewhere, unknown);
        assertThat(ids(key, "?status=unknown&instanceId=" + instance)).containsExactly(unknown);
        assertThat(ids(key, "?status=rejected")).isEmpty();
    }

    private static List<String> ids(TestKey key, String query) {
        return given().header("X-API-Key", key.apiKey())
                .get(PATH + query)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getList("data.messageId");
    }

    @Test
    void showsNothingOfOtherTenants() {
        TestKey owner = TestKeys.issue();
        TestKey stranger = TestKeys.issue();
        UUID instance = Ids.next();
        String id = row(owner.tenantId(), instance, "unknown");
        given().header("X-API-Key", owner.apiKey()).get(PATH).then().body("data.messageId", contains(id));
        for (String query : List.of("", "?instanceId=" + instance, "?status=unknown", "?status=unknown&limit=200")) {
            given().header("X-API-Key", stranger.apiKey())
                    .get(PATH + query)
                    .then()
                    .statusCode(200)
                    .body("data", empty());
        }
        given().get(PATH).then().statusCode(401);
    }

    @Test
    void namesEverythingThatIsWrong() {
        given().header("X-API-Key", TestKeys.issue().apiKey())
                .get(PATH + "?status=lost&instanceId=x")
                .then()
                .statusCode(422)
                .body("code", equalTo("validation_failed"))
                .body("errors.pointer", hasItems("/status", "/instanceId"));
    }

    /** The planner's own word, on a table large enough for it to care. */
    @Test
    void readsEveryListFromAnIndex() {
        UUID tenant = Ids.next();
        rows.update("""
                INSERT INTO outreach_message (message_id, tenant_id, enrollment_id, instance_id, contact_id, channel,
                    step_number, sender, recipient, subject, body, status, event, job_id, settled_at)
                SELECT uuidv7(), ?, uuidv7(), uuidv7(), uuidv7(), 'email', 1, 'a@b.example', 'c@d.example', '', '',
                       'sent', 'sent', uuidv7(), now() FROM generate_series(1, 20000)
                """, tenant);
        rows.update("ANALYZE outreach_message");
        UUID other = Ids.next();
        for (String where : List.of(
                "tenant_id = '" + other + "'",
                "tenant_id = '" + other + "' AND status = 'unknown'",
                "tenant_id = '" + other + "' AND instance_id = '" + other + "'",
                "tenant_id = '" + other + "' AND instance_id = '" + other + "' AND status = 'sent'")) {
            List<String> plan = rows.list(
                    "EXPLAIN SELECT * FROM outreach_message WHERE " + where + " ORDER BY message_id DESC LIMIT 51",
                    row -> row.text("QUERY PLAN"));
            assertThat(plan).as(where).noneMatch(line -> line.contains("Sort") || line.contains("Seq Scan"));
        }
        rows.update("DELETE FROM outreach_message WHERE tenant_id = ?", tenant);
    }
}
