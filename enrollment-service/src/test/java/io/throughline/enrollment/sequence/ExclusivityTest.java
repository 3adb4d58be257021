package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A contact goes on in one exclusive instance at a time; the others wait, and none waits for ever. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class ExclusivityTest {

    @Inject
    SequenceLoop loop;

    @Inject
    PlanDueSteps plan;

    @Inject
    SequenceStore store;

    @Inject
    Sql sql;

    private TestKey ann;
    private UUID bo;

    @BeforeEach
    void aContactOfATenant() {
        drain();
        ann = TestKeys.issue();
        bo = aContact(ann, "bo@example.com");
    }

    private Campaigns sequence() {
        return anInstance(ann.tenantId())
                .step("PT0S", "One", "Body")
                .step("PT48H", "Two", "Body")
                .active();
    }

    @Test
    void theSecondSequenceWaitsForTheEndOfTheFirst() {
        UUID firstInstance = sequence().published();
        UUID first = enroll(ann, firstInstance, bo);
        drain();
        UUID second = enroll(ann, sequence().published(), bo);
        drain();
        assertThat(messages(second)).isZero();
        as(ann).get("/api/enrollments/" + second)
                .then()
                .body("data.status", equalTo("pending"))
                .body("data.waitsFor", equalTo(first.toString()));

        Engagements.happened(List.of(new Engagements(ann.tenantId(), firstInstance).event(first, "replied", 1)));
        drain();
        assertThat(messages(second)).isEqualTo(1);
        as(ann).get("/api/enrollments/" + second).then().body("data.waitsFor", nullValue());
    }

    @Test
    void ofSeveralThatAreDueTogetherOneBegins() {
        UUID one = enroll(ann, sequence().published(), bo);
        UUID two = enroll(ann, sequence().published(), bo);
        UUID three = enroll(ann, sequence().published(), bo);
        drain();
        assertThat(List.of(messages(one), messages(two), messages(three))).containsExactly(1, 0, 0);
        stop(one);
        drain();
        assertThat(List.of(messages(two), messages(three))).containsExactly(1, 0);
        stop(two);
        drain();
        assertThat(messages(three)).isEqualTo(1);
    }

    @Test
    void replicasThatClaimAtTheSameTimeAgree() throws Exception {
        int people = 300;
        List<UUID> contacts = People.contacts(ann.tenantId(), people);
        for (UUID instance : List.of(sequence().published(), sequence().published())) {
            as(ann).body(Map.of("filter", Map.of("all", true)))
                    .post(People.enrollments(instance) + "/bulk")
                    .then()
                    .statusCode(200);
        }
        try (ExecutorService replicas = Executors.newFixedThreadPool(4)) {
            Callable<Integer> replica = () -> {
                int claimed = 0;
                for (int batch = plan.run(37); batch > 0; batch = plan.run(37)) {
                    claimed += batch;
                }
                return claimed;
            };
            for (var each : replicas.invokeAll(List.of(replica, replica, replica, replica))) {
                each.get();
            }
        }
        assertThat(contacts).hasSize(people);
        List<Integer> figures =
                sql.one("""
                SELECT count(*) AS messages, count(DISTINCT contact_id) AS contacts
                FROM message JOIN enrollment ON enrollment.id = enrollment_id WHERE message.tenant_id = ?
                """, row -> List.of(row.integer("messages"), row.integer("contacts")), ann.tenantId());
        assertThat(figures).containsExactly(people + 1, people + 1);
    }

    @Test
    void whatDoesNotGoOnKeepsNobody() {
        Campaigns campaign = sequence();
        UUID first = enroll(ann, campaign.published(), bo);
        drain();
        UUID second = enroll(ann, sequence().published(), bo);
        drain();
        campaign.status("paused").published();
        drain();
        assertThat(messages(second)).as("the other instance is paused").isEqualTo(1);

        UUID third = enroll(ann, sequence().published(), bo);
        drain();
        assertThat(messages(third)).isZero();
        as(ann).body("{\"action\":\"pause\"}")
                .patch("/api/enrollments/" + second)
                .then()
                .statusCode(200);
        drain();
        assertThat(messages(third)).as("the other enrollment is paused").isEqualTo(1);
        assertThat(messages(first)).isEqualTo(1);
    }

    @Test
    void instancesThatAreNotExclusiveNeitherKeepNorWait() {
        UUID first = enroll(ann, sequence().published(), bo);
        drain();
        UUID beside = enroll(ann, sequence().rules(false, "never").published(), bo);
        drain();
        assertThat(messages(beside)).isEqualTo(1);
        stop(first);
        UUID third = enroll(ann, sequence().published(), bo);
        drain();
        assertThat(messages(third)).isEqualTo(1);
    }

    /** The end of the one and the wait of the other, at the same moment: the wait is not noted after the end. */
    @Test
    void doesNotWaitForWhatHasJustEnded() throws Exception {
        UUID first = enroll(ann, sequence().published(), bo);
        drain();
        UUID second = enroll(ann, sequence().published(), bo);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            sql.inTransaction(() -> {
                List<SequenceStore.Due> claimed = store.claim(10);
                assertThat(claimed).extracting(SequenceStore.Due::waitsFor).containsExactly(first);
                other.submit(() -> stop(first)).get();
                store.hold(claimed);
                return null;
            });
        }
        drain();
        assertThat(messages(second)).isEqualTo(1);
    }

    @Test
    void waitingOnesAreNotLookedAtAgain() {
        UUID firstInstance = sequence().published();
        enroll(ann, firstInstance, bo);
        drain();
        enroll(ann, sequence().published(), bo);
        drain();
        assertThat(loop.runOnce()).isZero();
    }

    private void stop(UUID enrollment) {
        as(ann).body("{\"action\":\"stop\"}")
                .patch("/api/enrollments/" + enrollment)
                .then()
                .statusCode(200);
    }

    private int messages(UUID enrollment) {
        return sql.one(
                "SELECT count(*) AS messages FROM message WHERE enrollment_id = ?",
                row -> row.integer("messages"),
                enrollment);
    }

    private void drain() {
        while (loop.runOnce() > 0) {
            // until nothing is due
        }
    }
}
