package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.enrolling.EnrollmentStatus.ACTIVE;
import static io.throughline.enrollment.enrolling.EnrollmentStatus.BOUNCED;
import static io.throughline.enrollment.enrolling.EnrollmentStatus.COMPLETED;
import static io.throughline.enrollment.enrolling.EnrollmentStatus.FAILED;
import static io.throughline.enrollment.enrolling.EnrollmentStatus.PAUSED;
import static io.throughline.enrollment.enrolling.EnrollmentStatus.PENDING;
import static io.throughline.enrollment.enrolling.EnrollmentStatus.REPLIED;
import static io.throughline.enrollment.enrolling.EnrollmentStatus.UNSUBSCRIBED;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.step.Reactions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StandingTest {

    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
    private static final Map<Integer, Duration> DELAYS =
            Map.of(1, Duration.ZERO, 2, Duration.ofDays(2), 3, Duration.ofHours(1));

    @Test
    void makesTheNextStepDueItsDelayAfterTheLastWasSent() {
        Standing sent = standing(ACTIVE, 0).sent(1, NOON, DELAYS);
        assertThat(sent.status()).isEqualTo(ACTIVE);
        assertThat(sent.step()).isEqualTo(1);
        assertThat(sent.dueAt()).isEqualTo(Instant.parse("2026-11-03T12:00:00Z"));
        assertThat(standing(PENDING, 0).sent(1, NOON, DELAYS).status()).isEqualTo(ACTIVE);
    }

    @Test
    void completesWithTheLastStep() {
        Standing sent = standing(ACTIVE, 2).sent(3, NOON, DELAYS);
        assertThat(sent.status()).isEqualTo(COMPLETED);
        assertThat(sent.reason()).isEqualTo("last_step_sent");
        assertThat(sent.dueAt()).isNull();
    }

    @Test
    void staysPausedWhenAMessageUnderWayIsSent() {
        Standing sent = standing(PAUSED, 0).sent(1, NOON, DELAYS);
        assertThat(sent.status()).isEqualTo(PAUSED);
        assertThat(sent.dueAt()).isEqualTo(NOON.plus(Duration.ofDays(2)));
        assertThat(standing(PAUSED, 0).planned().status()).isEqualTo(PAUSED);
    }

    @Test
    void ignoresStepsThatAreOldOrNoneOfOurs() {
        Standing second = standing(ACTIVE, 2);
        for (int step : List.of(-1, 0, 1, 2, 4, 99)) {
            assertThat(second.sent(step, NOON, DELAYS)).isSameAs(second);
        }
    }

    @Test
    void sendsNothingMoreOnceEnded() {
        for (EnrollmentStatus end : List.of(COMPLETED, FAILED, BOUNCED, REPLIED, UNSUBSCRIBED)) {
            Standing sent = standing(ACTIVE, 0).ended(end, "test").sent(1, NOON, DELAYS);
            assertThat(sent.status()).isEqualTo(end);
            assertThat(sent.dueAt()).isNull();
            assertThat(sent.step()).isEqualTo(1);
        }
    }

    /** The weightier of two ends holds, whichever comes first. */
    @Test
    void endsTheSameWhateverTheOrder() {
        List<EnrollmentStatus> byWeight = List.of(COMPLETED, FAILED, BOUNCED, REPLIED, UNSUBSCRIBED);
        for (EnrollmentStatus before : List.of(PENDING, ACTIVE, PAUSED)) {
            for (EnrollmentStatus first : byWeight) {
                for (EnrollmentStatus second : byWeight) {
                    EnrollmentStatus expected =
                            byWeight.get(Math.max(byWeight.indexOf(first), byWeight.indexOf(second)));
                    assertThat(standing(before, 1)
                                    .ended(first, "first")
                                    .ended(second, "second")
                                    .status())
                            .as("%s, then %s, then %s", before, first, second)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static Standing standing(EnrollmentStatus status, int step) {
        return new Standing(
                new UUID(0, 1), new UUID(0, 2), new UUID(0, 3), status, step, step, null, Reactions.NONE, null);
    }
}
