package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.Engagements.happened;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enrollments;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Topic;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.EnrollmentChanged;
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
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/**
 * Histories of hundreds of enrollments, shuffled and with repetitions, while the sequence runs: where each ends is computed
 * from the set of its events alone.
 */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class RandomHistoryTest {

    private static final int ENROLLMENTS = 400;
    private static final int STEPS = 3;
    private static final List<String> TYPES = List.of(
            "sent",
            "sent",
            "sent",
            "delivered",
            "opened",
            "clicked",
            "unknown",
            "replied",
            "bounced",
            "unsubscribed",
            "complained",
            "failed",
            "converted",
            "visited.page");

    @Inject
    SequenceLoop loop;

    @Inject
    Sql sql;

    private record Happened(String type, int step) {}

    private record End(String status, int step) {}

    @Test
    void endsWhereTheEventsSayWhateverTheirOrderAndNumber() {
        long seed = new Random().nextLong();
        System.out.println("RandomHistoryTest seed " + seed);
        Random random = new Random(seed);
        TestKey ann = TestKeys.issue();
        UUID instance = anInstance(ann.tenantId()).steps(STEPS).active().published();
        People.contacts(ann.tenantId(), ENROLLMENTS);
        as(ann).body("{\"filter\":{\"all\":true}}")
                .post(enrollments(instance) + "/bulk")
                .then()
                .statusCode(200);
        drain();

        Map<UUID, Set<Happened>> histories = histories(ann, random);
        List<ProducerRecord<String, byte[]>> events =
                shuffled(new Engagements(ann.tenantId(), instance), histories, random);
        for (int part = 0; part < 4; part++) {
            happened(events.subList(events.size() * part / 4, events.size() * (part + 1) / 4));
            drain();
        }

        Map<UUID, End> expected = new HashMap<>();
        histories.forEach((enrollment, history) -> expected.put(enrollment, end(history)));
        assertThat(stored(ann)).as("seed %d", seed).isEqualTo(expected);
        assertThat(published(ann, expected)).as("seed %d", seed).isEqualTo(expected);
        assertThat(messages(ann)).as("seed %d", seed).doesNotHaveDuplicates().containsAll(awaited(expected));
    }

    private Map<UUID, Set<Happened>> histories(TestKey ann, Random random) {
        Map<UUID, Set<Happened>> histories = new HashMap<>();
        for (UUID enrollment : stored(ann).keySet()) {
            Set<Happened> history = new HashSet<>();
            int events = random.nextInt(6);
            for (int i = 0; i < events; i++) {
                history.add(new Happened(TYPES.get(random.nextInt(TYPES.size())), random.nextInt(STEPS + 2)));
            }
            histories.put(enrollment, history);
        }
        return histories;
    }

    private static List<ProducerRecord<String, byte[]>> shuffled(
            Engagements engagements, Map<UUID, Set<Happened>> histories, Random random) {
        List<ProducerRecord<String, byte[]>> events = new ArrayList<>();
        histories.forEach((enrollment, history) -> history.forEach(each -> {
            for (int times = 1 + random.nextInt(3); times > 0; times--) {
                Instant at = Instant.parse("2026-10-01T00:00:00Z").plusSeconds(random.nextInt(1_000_000));
                events.add(engagements.event(enrollment, each.type(), each.step(), at));
            }
        }));
        Collections.shuffle(events, random);
        return events;
    }

    private static End end(Set<Happened> history) {
        Set<String> types = new HashSet<>();
        int step = 0;
        for (Happened each : history) {
            types.add(each.type());
            if (each.type().equals("sent") && each.step() <= STEPS) {
                step = Math.max(step, each.step());
            }
        }
        String status = "active";
        if (types.contains("unsubscribed") || types.contains("complained")) {
            status = "unsubscribed";
        } else if (types.contains("replied")) {
            status = "replied";
        } else if (types.contains("bounced")) {
            status = "bounced";
        } else if (types.contains("failed")) {
            status = "failed";
        } else if (step == STEPS) {
            status = "completed";
        }
        return new End(status, step);
    }

    private Map<UUID, End> stored(TestKey ann) {
        Map<UUID, End> stored = new HashMap<>();
        sql.list(
                "SELECT id, status, step_number FROM enrollment WHERE tenant_id = ?",
                row -> stored.put(row.uuid("id"), new End(row.text("status"), row.integer("step_number"))),
                ann.tenantId());
        return stored;
    }

    /** The status of each by its last event; its versions must be 1, 2, 3 … in order. */
    private static Map<UUID, End> published(TestKey ann, Map<UUID, End> expected) {
        Map<UUID, End> last = new HashMap<>();
        Topic.published(Topics.ENROLLMENT_CHANGES, ann.tenantId(), EnrollmentChanged.class).stream()
                .collect(groupingBy(EnrollmentChanged::enrollmentId))
                .forEach((enrollment, changes) -> {
                    assertThat(changes)
                            .extracting(EnrollmentChanged::version)
                            .containsExactlyElementsOf(IntStream.rangeClosed(1, changes.size())
                                    .mapToObj(version -> (long) version)
                                    .toList());
                    last.put(
                            enrollment,
                            new End(
                                    changes.getLast().status(),
                                    expected.get(enrollment).step()));
                });
        return last;
    }

    private static List<String> messages(TestKey ann) {
        return Topic.published(Topics.OUTREACH_MESSAGES, ann.tenantId(), OutreachMessage.class).stream()
                .map(message -> message.enrollmentId() + " " + message.stepNumber())
                .toList();
    }

    /** Steps have no delay here, so whoever is still in the sequence has the message after the last one sent. */
    private static Set<String> awaited(Map<UUID, End> ends) {
        Set<String> awaited = new TreeSet<>();
        ends.forEach((enrollment, end) -> {
            awaited.add(enrollment + " 1");
            if (end.status().equals("active")) {
                awaited.add(enrollment + " " + (end.step() + 1));
            }
        });
        return awaited;
    }

    private void drain() {
        int due;
        do {
            due = loop.runOnce();
        } while (due > 0);
    }
}
