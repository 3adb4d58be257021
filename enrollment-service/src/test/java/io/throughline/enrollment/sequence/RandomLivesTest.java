package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enrollments;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Sequences;
import io.throughline.enrollment.ledger.CloseLedgers;
import io.throughline.enrollment.sequence.FollowEngagement.Engagement;
import io.throughline.events.campaign.InstanceSnapshot.Variant;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Random lives of two instances: people enrolled, paused, resumed and stopped, instances paused and resumed, two planners at once,
 * transactions that never commit, days that pass, and a sender and recipients whose news comes late, repeated and shuffled.
 * At the end everything is accounted for; what each message came to is remembered here, not asked of the code under test.
 */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class RandomLivesTest {

    private static final int PEOPLE = 80;
    private static final int ROUNDS = 60;
    private static final int LIMIT = 25;
    private static final List<String> FATES = List.of(
            "sent", "sent", "sent", "sent", "sent", "sent", "sent", "sent", "skipped", "failed", "bounced", "unknown");
    private static final List<String> REACTIONS =
            List.of("opened", "opened", "clicked", "replied", "unsubscribed", "complained", "converted");

    @Inject
    PlanDueSteps plan;

    @Inject
    FollowEngagement follow;

    @Inject
    CloseLedgers close;

    @Inject
    Sql sql;

    private record Sent(UUID enrollment, int step) {}

    private record Given(UUID enrollment, UUID instance, int step) {}

    private final Map<Sent, String> fates = new HashMap<>();
    private final List<Engagement> news = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(3);
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private TestKey ann;
    private List<UUID> contacts;
    private List<Campaigns> campaigns;

    @RepeatedTest(3)
    void endWithAClosedLedgerAndEachStepOnceInOrder() throws Exception {
        System.out.println("RandomLivesTest seed " + seed);
        begin();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                live();
            }
            settleDown();
        } finally {
            threads.shutdown();
        }
        check();
    }

    private void begin() {
        ann = TestKeys.issue();
        contacts = People.contacts(ann.tenantId(), PEOPLE);
        sql.update(
                "UPDATE contact SET given_domain = 'c' || abs(hashtext(email)) % 20 || '.example' WHERE tenant_id = ?",
                ann.tenantId());
        campaigns = List.of(
                anInstance(ann.tenantId())
                        .steps(1)
                        .stepIf(Map.of("if", "not_opened", "step", 1))
                        .stepOf(new Variant("A", 1, "a", "a", null), new Variant("B", 1, "b", "b", null))
                        .stepIf(Map.of("any", List.of(Map.of("if", "clicked"), Map.of("if", "converted"))))
                        .dailyLimit(LIMIT)
                        .stopsCompanies(),
                anInstance(ann.tenantId()).steps(3).sender("bo@example.com"));
        // Each for itself: who waits for a sequence that a mail of unknown fate holds waits until somebody decides
        // about that.
        campaigns.forEach(each -> each.rules(false, "never").active().published());
    }

    private void live() throws Exception {
        switch (random.nextInt(10)) {
            case 0 -> enroll();
            case 1 -> change(List.of("pause", "resume", "resume", "stop").get(random.nextInt(4)));
            case 2 ->
                campaigns
                        .get(random.nextInt(2))
                        .status(random.nextBoolean() ? "paused" : "active")
                        .published();
            case 3 -> new Sequences(ann.tenantId()).aDayPasses();
            case 4 -> crash();
            case 5, 6 -> tell(1 + random.nextInt(60));
            default -> {
                decideFates();
                atOnce(List.of(this::planSome, this::planSome, () -> tell(random.nextInt(40))));
            }
        }
        close.run();
    }

    private void enroll() {
        List<UUID> some = new ArrayList<>(contacts);
        Collections.shuffle(some, random);
        as(ann).body(Map.of("contactIds", some.subList(0, 1 + random.nextInt(PEOPLE / 3))))
                .post(enrollments(campaigns.get(random.nextInt(2)).id()) + "/bulk")
                .then()
                .statusCode(200);
    }

    private void change(String action) {
        List<UUID> all = sql.list(
                "SELECT id FROM enrollment WHERE tenant_id = ? ORDER BY id", row -> row.uuid("id"), ann.tenantId());
        if (!all.isEmpty()) {
            as(ann).body(Map.of("action", action)).patch("/api/enrollments/" + all.get(random.nextInt(all.size())));
        }
    }

    /** What was done in the transaction never happened: not the planning, not the taking in of news. */
    private void crash() {
        try {
            sql.inTransaction(() -> {
                plan.run(1 + random.nextInt(100));
                Collections.shuffle(news, random);
                follow.take(news);
                throw new IllegalStateException("crash before commit, on purpose");
            });
        } catch (RuntimeException onPurpose) {
            assertThat(onPurpose).hasStackTraceContaining("on purpose");
        }
    }

    private int planSome() {
        return plan.run(40);
    }

    /** Some of the news, twice or thrice, in any order; the rest later. */
    private int tell(int most) {
        List<Engagement> told = new ArrayList<>();
        synchronized (news) {
            Collections.shuffle(news, random);
            int count = Math.min(most, news.size());
            for (Engagement each : news.subList(0, count)) {
                told.addAll(Collections.nCopies(1 + random.nextInt(3), each));
            }
            // What was told may well be told again.
            news.subList(0, count - count / 4).clear();
        }
        Collections.shuffle(told, random);
        sql.inTransaction(() -> follow.take(told));
        return told.size();
    }

    private void atOnce(List<Callable<Integer>> works) throws Exception {
        for (Future<Integer> each : threads.invokeAll(works)) {
            each.get();
        }
    }

    /** What becomes of the messages that are under way, and what their recipients do. */
    private void decideFates() {
        sql.list(
                        """
                SELECT enrollment_id, instance_id, step_number FROM message
                WHERE tenant_id = ? AND status = 'planned' ORDER BY enrollment_id, step_number
                """,
                        row -> new Given(
                                row.uuid("enrollment_id"), row.uuid("instance_id"), row.integer("step_number")),
                        ann.tenantId())
                .forEach(given -> {
                    String fate = FATES.get(random.nextInt(FATES.size()));
                    if (fates.putIfAbsent(new Sent(given.enrollment(), given.step()), fate) == null) {
                        news.add(engagement(given, fate));
                        if (fate.equals("sent") && random.nextInt(3) == 0) {
                            news.add(engagement(given, REACTIONS.get(random.nextInt(REACTIONS.size()))));
                        }
                    }
                });
    }

    private Engagement engagement(Given given, String type) {
        Instant at = Instant.parse("2026-10-01T00:00:00Z").plusSeconds(random.nextInt(1_000_000));
        return new Engagement(
                ann.tenantId(),
                new EngagementEvent(given.instance(), given.enrollment(), "email", type, given.step(), at, Map.of()));
    }

    /** Everybody goes on and everything is told, until nothing changes any more. */
    private void settleDown() {
        // Each for itself: who waits for a sequence that a mail of unknown fate holds waits until somebody decides
        // about that.
        campaigns.forEach(each -> each.rules(false, "never").active().published());
        sql.list(
                        "SELECT id FROM enrollment WHERE tenant_id = ? AND status = 'paused'",
                        row -> row.uuid("id"),
                        ann.tenantId())
                .forEach(id -> as(ann).body(Map.of("action", "resume")).patch("/api/enrollments/" + id));
        for (int quiet = 0; quiet < 3; ) {
            int planned = plan.run(1000);
            decideFates();
            quiet = planned + tell(Integer.MAX_VALUE) == 0 ? quiet + 1 : 0;
            new Sequences(ann.tenantId()).aDayPasses();
        }
        close.run();
    }

    private void check() {
        for (Campaigns campaign : campaigns) {
            var ledger = as(ann).get("/api/campaigns/instances/" + campaign.id() + "/ledger")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            int steps = ledger.getList("data.steps").size();
            long enrolled = ledger.getLong("data.enrolled");
            assertThat(ledger.getLong("data.total.open")).as("seed %d", seed).isZero();
            assertThat(ledger.getBoolean("data.closed")).as("seed %d", seed).isEqualTo(enrolled > 0);
            assertThat(ledger.getString("data.closedAt") != null)
                    .as("seed %d", seed)
                    .isEqualTo(enrolled > 0);
            assertThat(ledger.getLong("data.total.sent")
                            + ledger.getLong("data.total.skipped")
                            + ledger.getLong("data.total.failed")
                            + ledger.getLong("data.total.unknown"))
                    .as("seed %d", seed)
                    .isEqualTo(enrolled * steps);
        }
        checkMessages();
        checkEnrollments();
        assertThat(sql.list(
                        "SELECT planned FROM sender_day WHERE tenant_id = ?",
                        row -> row.integer("planned"),
                        ann.tenantId()))
                .as("seed %d", seed)
                .allSatisfy(planned -> assertThat(planned).isBetween(0, LIMIT));
    }

    /** On the topic: each step once, in order, nothing after a failure, a bounce or what is unknown; and as the ledger has it. */
    private void checkMessages() {
        List<OutreachMessage> sent = new Sequences(ann.tenantId()).sent();
        assertThat(sent)
                .as("seed %d", seed)
                .extracting(each -> new Sent(each.enrollmentId(), each.stepNumber()))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(fates.keySet());
        sent.stream().collect(groupingBy(OutreachMessage::enrollmentId)).forEach((enrollment, messages) -> {
            assertThat(messages)
                    .as("seed %d", seed)
                    .extracting(OutreachMessage::stepNumber)
                    .isSorted();
            messages.subList(0, messages.size() - 1)
                    .forEach(each -> assertThat(fates.get(new Sent(enrollment, each.stepNumber())))
                            .as("seed %d", seed)
                            .isIn("sent", "skipped"));
        });
        Map<String, Integer> expected = new HashMap<>();
        fates.values().forEach(fate -> expected.merge(fate.equals("bounced") ? "failed" : fate, 1, Integer::sum));
        Map<String, Integer> stored = new HashMap<>();
        sql.list("""
                SELECT status, count(*) AS number FROM message
                WHERE tenant_id = ? AND skip_reason IS DISTINCT FROM 'condition' GROUP BY status
                """, row -> stored.put(row.text("status"), row.integer("number")), ann.tenantId());
        assertThat(stored).as("seed %d", seed).isEqualTo(expected);
    }

    /** Each has a message for every step up to the last planned, and none beyond. */
    private void checkEnrollments() {
        Set<String> wrong = new HashSet<>(sql.list("""
                SELECT concat_ws(' ', e.id, e.status, e.end_reason, planned_step, count(m.id)) AS enrollment
                FROM enrollment e LEFT JOIN message m ON m.enrollment_id = e.id
                WHERE e.tenant_id = ? GROUP BY e.id
                HAVING planned_step <> count(m.id) OR planned_step <> coalesce(max(m.step_number), 0)
                    OR due_at IS NOT NULL
                """, row -> row.text("enrollment"), ann.tenantId()));
        assertThat(wrong).as("seed %d", seed).isEmpty();
    }
}
