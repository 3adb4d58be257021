package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static io.throughline.enrollment.People.enrollments;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Sequences;
import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When what is due goes out: in the window of whoever gets it, and within what its sender sends on a day. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class SendTimesTest {

    private static final List<String> ALL_DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final int LIMIT = 50;

    @Inject
    SequenceLoop loop;

    @Inject
    PlanDueSteps plan;

    @Inject
    Sql sql;

    private TestKey ann;
    private Sequences sequences;

    @BeforeEach
    void aTenantAndNothingLeftOfOthers() {
        drain();
        ann = TestKeys.issue();
        sequences = new Sequences(ann.tenantId());
    }

    @Test
    void movesWhatIsDueOutsideTheWindowIntoItOnce() {
        LocalDate inThreeDays = LocalDate.now(ZoneOffset.UTC).plusDays(3);
        String day = inThreeDays
                .getDayOfWeek()
                .getDisplayName(TextStyle.SHORT, Locale.ENGLISH)
                .toLowerCase(Locale.ROOT);
        UUID instance = anInstance(ann.tenantId())
                .steps(1)
                .schedule(new Schedule(List.of(day), "09:00", "17:00", "Asia/Kolkata"))
                .active()
                .published();
        UUID here = enroll(ann, instance, aContact(ann, "here@example.com"));
        UUID tokyo = enroll(ann, instance, living("tokyo@example.com", "Asia/Tokyo"));
        UUID nowhere = enroll(ann, instance, living("nowhere@example.com", "Nowhere/Land"));
        assertThat(plan.run(100)).isEqualTo(3);
        assertThat(plan.run(100)).as("nothing is due before").isZero();
        assertThat(sequences.sent()).isEmpty();
        assertThat(dueAt(here)).isEqualTo(at(inThreeDays, "Asia/Kolkata"));
        assertThat(dueAt(nowhere)).isEqualTo(at(inThreeDays, "Asia/Kolkata"));
        assertThat(dueAt(tokyo)).isEqualTo(at(inThreeDays, "Asia/Tokyo"));
        assertThat(sequences.status(here)).isEqualTo("pending");
    }

    @Test
    void sendsInsideTheWindow() {
        UUID instance = anInstance(ann.tenantId())
                .steps(1)
                .schedule(new Schedule(ALL_DAYS, "00:00", "24:00", "Europe/Berlin"))
                .active()
                .published();
        enroll(ann, instance, living("bo@example.com", "Pacific/Apia"));
        drain();
        assertThat(sequences.sent()).hasSize(1);
    }

    /** Two instances of one address, written differently, four loops at once. */
    @Test
    void keepsToTheLimitOfADayHoweverManyPlan() throws Exception {
        People.contacts(ann.tenantId(), 150);
        limited("Ann <Ann@Example.com>");
        limited("ann@example.com");
        UUID other = anInstance(ann.tenantId())
                .steps(1)
                .rules(false, "never")
                .sender("bo@example.com")
                .dailyLimit(1000)
                .active()
                .published();
        bulk(other);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Callable<Integer> looping = () -> {
                int planned = 0;
                for (int batch = plan.run(20); batch > 0; batch = plan.run(20)) {
                    planned += batch;
                }
                return planned;
            };
            for (Future<Integer> each : threads.invokeAll(List.of(looping, looping, looping, looping))) {
                assertThat(each.get()).isNotNegative();
            }
        }
        drain();
        assertThat(sentBy("ann@example.com")).isEqualTo(LIMIT);
        assertThat(sentBy("bo@example.com")).isEqualTo(150);
        Instant tomorrow =
                LocalDate.now(ZoneOffset.UTC).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        List<Instant> waiting = waiting();
        assertThat(waiting)
                .hasSize(300 - LIMIT)
                .doesNotHaveDuplicates()
                .allSatisfy(each -> assertThat(each).isBetween(tomorrow, tomorrow.plusSeconds(1)));

        for (int day = 2; day <= 6; day++) {
            sequences.aDayPasses();
            drain();
            assertThat(sentBy("ann@example.com")).isEqualTo(day * LIMIT);
        }
        assertThat(waiting()).isEmpty();
    }

    @Test
    void countsWhatAnUnlimitedInstanceSendsFromTheSameAddress() {
        People.contacts(ann.tenantId(), 60);
        UUID free = anInstance(ann.tenantId()).steps(1).active().published();
        UUID limited = anInstance(ann.tenantId()).steps(1).dailyLimit(LIMIT).published();
        bulk(free);
        bulk(limited);
        drain();
        assertThat(sequences.sent()).hasSize(60);
        sql.update("UPDATE instance_copy SET status = 'active', first_due_at = now() WHERE id = ?", limited);
        drain();
        assertThat(sequences.sent()).as("the day is full").hasSize(60);
        assertThat(waiting()).hasSize(60);
    }

    private void limited(String sender) {
        bulk(anInstance(ann.tenantId())
                .steps(1)
                .rules(false, "never")
                .sender(sender)
                .dailyLimit(LIMIT)
                .active()
                .published());
    }

    private UUID living(String email, String zone) {
        return aContact(ann, Map.of("email", email, "attributes", Map.of("timezone", zone)));
    }

    private static Instant at(LocalDate date, String zone) {
        return date.atTime(LocalTime.of(9, 0)).atZone(ZoneId.of(zone)).toInstant();
    }

    private Instant dueAt(UUID enrollment) {
        return sql.one("SELECT due_at FROM enrollment WHERE id = ?", row -> row.instant("due_at"), enrollment);
    }

    private List<Instant> waiting() {
        return sql.list(
                "SELECT due_at FROM enrollment WHERE tenant_id = ? AND due_at IS NOT NULL",
                row -> row.instant("due_at"),
                ann.tenantId());
    }

    private long sentBy(String address) {
        return sequences.sent().stream()
                .filter(each -> each.sender().toLowerCase(Locale.ROOT).contains(address))
                .count();
    }

    private void bulk(UUID instance) {
        as(ann).body("{\"filter\":{\"all\":true}}")
                .post(enrollments(instance) + "/bulk")
                .then()
                .statusCode(200);
    }

    private void drain() {
        int due;
        do {
            due = loop.runOnce();
        } while (due > 0);
    }
}
