package io.throughline.analytics.journal;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Plan;
import io.throughline.analytics.journal.JournalStore.Sought;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class JournalTest {

    @Inject
    Sql sql;

    private TestKey key;
    private UUID instance;
    private Accepted accepted;
    private final UUID ann = Ids.next();
    private final UUID bob = Ids.next();

    @BeforeEach
    void anInstance() {
        key = TestKeys.issue();
        instance = CampaignStub.owns(key.apiKey(), Ids.next());
        accepted = new Accepted(sql, key.tenantId(), instance);
    }

    private ValidatableResponse get(String query) {
        return given().header("X-API-Key", key.apiKey())
                .get(Performance.path(instance) + "/events" + query)
                .then();
    }

    @Test
    void showsAnEventAsItWasCounted() {
        String id = accepted.add(
                ann,
                true,
                "{\"url\":\"https://example.com/?a=1\",\"n\":[1.50,null]}",
                "clicked 2 email 2026-11-05T10:00:00Z");
        String bare = accepted.add(bob, "page.view-2 0 linkedin 2026-11-05T11:00:00Z");
        get("").statusCode(200)
                .body("success", is(true))
                .body("page.next", nullValue())
                .body("page.limit", is(50))
                .body("data.id", contains(bare, id))
                .body("data[1].source", equalTo("test"))
                .body("data[1].enrollmentId", equalTo(ann.toString()))
                .body("data[1].channel", equalTo("email"))
                .body("data[1].eventType", equalTo("clicked"))
                .body("data[1].stepNumber", is(2))
                .body("data[1].machine", is(true))
                .body("data[1].occurredAt", equalTo("2026-11-05T10:00:00Z"))
                .body("data[1].receivedAt", equalTo("2026-11-05T10:00:00Z"))
                .body("data[1].metadata.url", equalTo("https://example.com/?a=1"))
                .body("data[1].metadata.n[0]", is(1.5f))
                .body("data[0].stepNumber", nullValue())
                .body("data[0].machine", is(false))
                .body("data[0].metadata", is(Map.of()));
    }

    @Test
    void showsNothingBeforeAnythingHappened() {
        get("").statusCode(200).body("data", empty()).body("page.next", nullValue());
        get("?eventType=opened").statusCode(200).body("data", empty()).body("page.next", nullValue());
    }

    @Test
    void findsWhatIsAskedForAndNothingElse() {
        String one = accepted.add(ann, "opened 1 email 2026-11-04T23:59:59Z");
        String two = accepted.add(ann, "opened 2 email 2026-11-05T00:00:00Z");
        String three = accepted.add(bob, "opened 1 linkedin 2026-11-05T12:00:00Z");
        String four = accepted.add(bob, "sent 1 email 2026-11-05T23:59:59Z");
        String five = accepted.add(bob, "unsubscribed 0 email 2026-11-06T00:00:00Z");
        get("").body("data.id", contains(five, four, three, two, one));
        get("?eventType=opened").body("data.id", contains(three, two, one));
        get("?channel=linkedin").body("data.id", contains(three));
        get("?step=1").body("data.id", contains(four, three, one));
        get("?step=0").body("data.id", contains(five));
        get("?day=2026-11-05").body("data.id", contains(four, three, two));
        get("?enrollmentId=" + ann).body("data.id", contains(two, one));
        get("?eventType=opened&channel=email&step=2&day=2026-11-05&enrollmentId=" + ann)
                .body("data.id", contains(two));
        get("?eventType=opened&channel=email&step=2&day=2026-11-05&enrollmentId=" + bob)
                .body("data", empty());
    }

    @Test
    void refusesWhatItCannotRead() {
        get("?channel=E-Mail!&eventType=%20&step=1001&day=2026-02-30&enrollmentId=ann")
                .statusCode(422)
                .body("code", equalTo("validation_failed"))
                .body("errors.pointer", containsInAnyOrder("/channel", "/eventType", "/step", "/day", "/enrollmentId"));
        get("?step=one&day=%2B999999999-12-31").statusCode(422).body("errors.pointer", contains("/step", "/day"));
    }

    @Test
    void hidesEventsThatAnotherTenantSentForTheInstance() {
        TestKey stranger = TestKeys.issue();
        String own = accepted.add(ann, "opened 1 email 2026-11-05T10:00:00Z");
        new Accepted(sql, stranger.tenantId(), instance).add(ann, "opened 1 email 2026-11-05T11:00:00Z");
        get("").body("data.id", contains(own));
        get("?eventType=opened").body("data.id", contains(own));
        given().header("X-API-Key", stranger.apiKey())
                .get(Performance.path(instance) + "/events")
                .then()
                .statusCode(404);
    }

    /** 10,000 events are looked at for one page; the only one that fits is behind twice as many. */
    @Test
    void goesOnBehindAnEmptyPage() {
        String rare = accepted.add(bob, "opened 1 linkedin 2026-11-05T10:00:00Z");
        accepted.addMany(20_000, ann, "opened 1 email 2026-11-05T10:00:00Z");
        List<Integer> sizes = new ArrayList<>();
        List<String> found = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = get("?eventType=opened&channel=linkedin" + cursor)
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            found.addAll(page.getList("data.id", String.class));
            sizes.add(page.getList("data").size());
            cursor = page.getString("page.next") == null ? null : "&cursor=" + page.getString("page.next");
        } while (cursor != null && sizes.size() < 10);
        assertThat(found).containsExactly(rare);
        assertThat(sizes).containsExactly(0, 0, 1);
    }

    /** Each day of arrival has a partition, of which the merge may read one row that it does not need. */
    @Test
    void looksAtABoundedNumberOfEventsByTheIndex() {
        List<String> days = List.of("2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05");
        for (String day : days) {
            accepted.addMany(20_000, ann, "opened 1 email " + day + "T10:00:00Z");
            accepted.addMany(5000, ann, "clicked 1 email " + day + "T10:00:00Z");
            accepted.addMany(5000, ann, "sent 1 email " + day + "T10:00:00Z");
        }
        new Accepted(sql, key.tenantId(), Ids.next()).addMany(20_000, ann, "opened 1 email 2026-11-05T10:00:00Z");
        sql.update("""
                INSERT INTO tally (tenant_id, instance_id, channel, event_type, step_number, events, enrollments,
                                   machine_events, human_enrollments)
                SELECT gen_random_uuid(), gen_random_uuid(), '', 'opened', -1, 1, 1, 0, 1 FROM generate_series(1, 50000)
                """);
        sql.update("ANALYZE engagement_event, tally");
        Sought nobody = new Sought(null, "opened", null, null, Ids.next());
        assertThat(rowsTouched(nobody)).isBetween(10_000, 1 + 10_000 + days.size());
        Sought ofTheDay = new Sought(null, "opened", null, LocalDate.parse("2026-11-05"), Ids.next());
        assertThat(rowsTouched(ofTheDay)).isBetween(10_000, 1 + 10_000 + days.size());
        Sought ofAnyType = new Sought(null, null, null, null, Ids.next());
        assertThat(rowsTouched(ofAnyType)).isBetween(3000, 3 * (1 + 1000 + days.size()));
    }

    private int rowsTouched(Sought sought) {
        return sql.inTransaction(() -> {
            sql.update(JournalStore.BY_THE_INDEX);
            return Plan.of(
                            sql,
                            JournalStore.BACKWARDS,
                            JournalStore.parameters(key.tenantId(), instance, sought, Long.MAX_VALUE, 51))
                    .rowsTouched();
        });
    }
}
