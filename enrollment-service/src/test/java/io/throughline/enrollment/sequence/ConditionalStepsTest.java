package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.Engagements.happened;
import static io.throughline.enrollment.People.aContact;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Campaigns;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Sequences;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps that are sent only when something happened before, or did not. */
@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class ConditionalStepsTest {

    @Inject
    SequenceLoop loop;

    private final Instant longAgo = Instant.parse("2026-10-01T00:00:00Z");
    private TestKey ann;
    private Sequences sequences;
    private Engagements engagements;

    @BeforeEach
    void aTenant() {
        ann = TestKeys.issue();
        sequences = new Sequences(ann.tenantId());
    }

    @Test
    void skipsAStepWhoseConditionIsFalseAndGoesOn() {
        start(anInstance(ann.tenantId())
                .steps(1)
                .stepIf(Map.of("if", "opened", "step", 1))
                .stepIf(Map.of("if", "not_clicked"))
                .steps(1));
        UUID opener = enrolled("opener@example.com");
        UUID clicker = enrolled("clicker@example.com");
        UUID nobody = enrolled("nobody@example.com");
        drain();
        for (UUID each : List.of(opener, clicker, nobody)) {
            happened(List.of(engagements.event(each, "opened", 2)));
        }
        happened(List.of(
                engagements.event(opener, "opened", 1),
                engagements.event(opener, "opened", 1),
                engagements.event(clicker, "clicked", 1)));
        happened(sent(1, opener, clicker, nobody));
        drain();
        assertThat(sequences.messages(opener)).containsExactly("1 sent", "2 planned");
        assertThat(sequences.messages(clicker)).containsExactly("1 sent", "2 planned");
        assertThat(sequences.messages(nobody)).containsExactly("1 sent", "2 skipped condition", "3 planned");

        happened(sent(2, opener, clicker));
        happened(sent(3, nobody));
        drain();
        assertThat(sequences.messages(opener)).containsExactly("1 sent", "2 sent", "3 planned");
        assertThat(sequences.messages(clicker)).containsExactly("1 sent", "2 sent", "3 skipped condition", "4 planned");
        assertThat(sequences.messages(nobody)).containsExactly("1 sent", "2 skipped condition", "3 sent", "4 planned");
        happened(sent(4, clicker, nobody));
        assertThat(sequences.status(clicker)).isEqualTo("completed last_step_sent");
        assertThat(sequences.status(nobody)).isEqualTo("completed last_step_sent");
        assertThat(sequences.sent())
                .filteredOn(each -> each.enrollmentId().equals(nobody))
                .extracting(each -> each.stepNumber())
                .containsExactly(1, 3, 4);
    }

    @Test
    void completesWhenTheLastStepIsSkipped() {
        start(anInstance(ann.tenantId())
                .steps(1)
                .stepIf(Map.of("all", List.of(Map.of("if", "opened"), Map.of("if", "not_clicked")))));
        UUID enrollment = enrolled("bo@example.com");
        drain();
        happened(List.of(engagements.event(enrollment, "clicked", 1)));
        happened(sent(1, enrollment));
        drain();
        drain();
        assertThat(sequences.messages(enrollment)).containsExactly("1 sent", "2 skipped condition");
        assertThat(sequences.status(enrollment)).isEqualTo("completed last_step_skipped");
    }

    /** What a machine fetched nobody has read. */
    @Test
    void takesNoMachineForAReader() {
        start(anInstance(ann.tenantId()).steps(1).stepIf(Map.of("if", "opened")));
        UUID scanned = enrolled("scanned@example.com");
        UUID prefetched = enrolled("prefetched@example.com");
        UUID read = enrolled("read@example.com");
        drain();
        happened(List.of(
                engagements.event(scanned, "opened", 1, longAgo, Map.of("machine", true)),
                engagements.event(prefetched, "clicked", 1, longAgo, Map.of("millisSinceSent", 800)),
                engagements.event(read, "opened", 1, longAgo, Map.of("millisSinceSent", 60_000))));
        happened(sent(1, scanned, prefetched, read));
        drain();
        assertThat(sequences.messages(scanned)).last().isEqualTo("2 skipped condition");
        assertThat(sequences.messages(prefetched)).last().isEqualTo("2 skipped condition");
        assertThat(sequences.messages(read)).last().isEqualTo("2 planned");
    }

    @Test
    void skipsWhatItDoesNotUnderstandAndSaysSo() {
        start(anInstance(ann.tenantId()).stepIf(Map.of("if", "moon_is_full")).steps(1));
        UUID enrollment = enrolled("bo@example.com");
        drain();
        assertThat(sequences.messages(enrollment)).containsExactly("1 skipped unreadable_condition", "2 planned");
    }

    /** The sender left it out: suppressed since it was planned, or the like. */
    @Test
    void goesOnWhenTheSenderLeftAStepOut() {
        start(anInstance(ann.tenantId()).steps(3));
        UUID enrollment = enrolled("bo@example.com");
        drain();
        var leftOut = engagements.event(enrollment, "skipped", 1, longAgo, Map.of("reason", "suppressed"));
        happened(List.of(leftOut, leftOut));
        drain();
        happened(List.of(leftOut));
        drain();
        assertThat(sequences.messages(enrollment)).containsExactly("1 skipped suppressed", "2 planned");
        happened(List.of(engagements.event(enrollment, "sent", 1, longAgo)));
        assertThat(sequences.messages(enrollment)).as("it was sent after all").containsExactly("1 sent", "2 planned");
    }

    /** There is a message for each step up to the last that was planned or sent. */
    @Test
    void givesAMessageToStepsThatOthersSent() {
        start(anInstance(ann.tenantId()).steps(4));
        UUID enrollment = enrolled("bo@example.com");
        drain();
        happened(sent(3, enrollment));
        drain();
        assertThat(sequences.messages(enrollment))
                .containsExactly("1 planned", "2 skipped passed_over", "3 sent", "4 planned");
        happened(List.of(
                engagements.event(enrollment, "sent", 2, longAgo), engagements.event(enrollment, "sent", 1, longAgo)));
        drain();
        assertThat(sequences.messages(enrollment)).containsExactly("1 sent", "2 sent", "3 sent", "4 planned");
    }

    private void start(Campaigns campaign) {
        engagements = new Engagements(ann.tenantId(), campaign.active().published());
    }

    private UUID enrolled(String email) {
        return People.enroll(ann, engagements.instanceId(), aContact(ann, email));
    }

    private List<org.apache.kafka.clients.producer.ProducerRecord<String, byte[]>> sent(int step, UUID... enrollments) {
        return java.util.Arrays.stream(enrollments)
                .map(each -> engagements.event(each, "sent", step, longAgo))
                .toList();
    }

    private void drain() {
        int due;
        do {
            due = loop.runOnce();
        } while (due > 0);
    }
}
