package io.throughline.campaign.account;

import static io.throughline.campaign.Campaigns.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.campaign.Campaigns;
import io.throughline.events.Topics;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.access.ApiKeys;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class AccountResourceTest {

    @ConfigProperty(name = "throughline.bootstrap-admin-key")
    String adminKey;

    @Inject
    FirstKey firstKey;

    @Inject
    Sql sql;

    @Inject
    Json json;

    @Test
    void letsTheOperatorInWithTheFirstKey() {
        awaitStatus(adminKey, 200);
        as(adminKey)
                .get("/api/account/keys")
                .then()
                .body("data.name", hasItem("bootstrap"))
                .body("data.find { it.name == 'bootstrap' }.scopes", contains("read", "write", "admin"));
    }

    @Test
    void admitsTheFirstKeyOnceAndItsSuccessorToTheSameTenant() {
        firstKey.admit(ApiKeys.hash(adminKey));
        String successor = ApiKeys.hash(ApiKeys.generate());
        firstKey.admit(successor);
        firstKey.admit(successor);

        assertThat(sql.list("SELECT name FROM tenant WHERE is_default", row -> row.text("name")))
                .containsExactly("default");
        assertThat(sql.list(
                        "SELECT key_id FROM api_key WHERE key_hash IN (?, ?)",
                        row -> row.uuid("key_id"),
                        ApiKeys.hash(adminKey),
                        successor))
                .hasSize(2);
        assertThat(sql.list(
                        "SELECT DISTINCT tenant_id FROM api_key WHERE name = 'bootstrap'",
                        row -> row.uuid("tenant_id")))
                .hasSize(1);
    }

    @Test
    void makesTenantsWhoseKeysReadAndWrite() {
        awaitStatus(adminKey, 200);
        JsonPath tenant = createTenant(Map.of("name", "Acme"));
        String key = tenant.getString("data.apiKey");
        awaitStatus(key, 200);

        assertThat(key).startsWith("tlk_");
        as(key).body(Map.of("name", "x"))
                .post("/api/account/tenants")
                .then()
                .statusCode(403)
                .body("code", equalTo("insufficient_scope"));
        as(key).get("/api/account/keys")
                .then()
                .body("data.size()", equalTo(1))
                .body("data[0].scopes", contains("read", "write"))
                .body("data[0].keySet()", not(hasItem("keyHash")))
                .body("data[0].keySet()", not(hasItem("apiKey")));
        ApiKeyRecord published = published(tenant.getString("data.keyId")).getLast();
        assertThat(published.tenantId()).hasToString(tenant.getString("data.tenantId"));
        assertThat(published.keyHash()).isEqualTo(ApiKeys.hash(key));
    }

    @Test
    void makesAnAdminTenantOnlyWhenAsked() {
        awaitStatus(adminKey, 200);
        JsonPath tenant = createTenant(Map.of("name", "Partner", "scopes", List.of("admin", "read", "admin")));
        assertThat(tenant.getList("data.scopes", String.class)).containsExactly("read", "admin");
    }

    @Test
    void namesEveryFieldOfATenantThatIsWrong() {
        awaitStatus(adminKey, 200);
        as(adminKey)
                .body(Map.of("name", " ", "scopes", List.of("read", "root")))
                .post("/api/account/tenants")
                .then()
                .statusCode(422)
                .body("errors.pointer", contains("/name", "/scopes/1"));
        as(adminKey).post("/api/account/tenants").then().statusCode(400);
    }

    @Test
    void grantsNoScopeTheCallerLacks() {
        var key = TestKeys.issue();
        Accounts.store(sql, key);
        as(key).body(Map.of("name", "boss", "scopes", List.of("read", "admin")))
                .post("/api/account/keys")
                .then()
                .statusCode(403)
                .body("errors.pointer", contains("/scopes"));
        as(key).get("/api/account/keys").then().body("data", empty());
    }

    @Test
    void shortensAKeysLifeButNotToThePast() {
        var key = TestKeys.issue();
        Accounts.store(sql, key);
        String expiry = "2099-01-01T00:00:00Z";
        as(key).body(Map.of("name", "temporary", "expiresAt", expiry))
                .post("/api/account/keys")
                .then()
                .statusCode(201)
                .body("data.expiresAt", equalTo(expiry));
        for (Object wrong : List.of("2001-01-01T00:00:00Z", "+99999-01-01T00:00:00Z", "tomorrow")) {
            as(key).body(Map.of("name", "temporary", "expiresAt", wrong))
                    .post("/api/account/keys")
                    .then()
                    .statusCode(422)
                    .body("errors.pointer", contains("/expiresAt"));
        }
    }

    @Test
    void makesKeysThatWorkUntilDeleted() {
        var owner = TestKeys.issue();
        Accounts.store(sql, owner);
        JsonPath made = as(owner)
                .body(Map.of("name", " reader ", "scopes", List.of("read")))
                .post("/api/account/keys")
                .then()
                .statusCode(201)
                .body("data.name", equalTo("reader"))
                .body("data.expiresAt", nullValue())
                .extract()
                .jsonPath();
        String key = made.getString("data.apiKey");
        String id = made.getString("data.keyId");
        awaitStatus(key, 200);
        as(key).body(Campaigns.template("no")).post(Campaigns.TEMPLATES).then().statusCode(403);

        as(owner).delete("/api/account/keys/" + id).then().statusCode(204);
        awaitStatus(key, 401);
        as(owner).delete("/api/account/keys/" + id).then().statusCode(404);
        assertThat(records(id)).hasSize(2);
        assertThat(records(id).getLast().value()).as("tombstone").isNull();
    }

    @Test
    void deletesNoKeyThatCanDoMoreThanTheCaller() {
        var owner = TestKeys.issue(TestKeys.issue().tenantId(), "read", "write", "admin");
        var writer = TestKeys.issue(owner.tenantId(), "write");
        Accounts.store(sql, owner);
        String id = Accounts.aKey(sql, owner);
        as(writer).delete("/api/account/keys/" + id).then().statusCode(403);
        as(owner).delete("/api/account/keys/" + id).then().statusCode(204);
    }

    private JsonPath createTenant(Map<String, Object> body) {
        return as(adminKey)
                .body(body)
                .post("/api/account/tenants")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
    }

    private static void awaitStatus(String key, int status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> as(key).get(Campaigns.TEMPLATES).then().statusCode(status));
    }

    private static List<ConsumerRecord<String, byte[]>> records(String keyId) {
        return TestEvents.read(Topics.ACCOUNT_KEYS, each -> each.key().equals(keyId));
    }

    private List<ApiKeyRecord> published(String keyId) {
        return records(keyId).stream()
                .map(each -> json.read(each.value(), ApiKeyRecord.class))
                .toList();
    }
}
