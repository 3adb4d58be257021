package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.throughline.jobs.queue.JobMeters.Figures;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JobMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final JobMeters meters = new JobMeters(registry);

    @Test
    void tellsHowLongJobsWaitedAndRanAndHowTheyEnded() {
        for (int i = 1; i <= 100; i++) {
            meters.began("send", Duration.ofMillis(10L * i));
            meters.ended("send", JobStatus.COMPLETED, null, Duration.ofMillis(i));
        }
        meters.began("send", Duration.ofMillis(-3));
        meters.ended("send", JobStatus.PENDING, "smtp_unavailable", Duration.ofMillis(1));
        meters.ended("send", JobStatus.FAILED, "smtp_unavailable", Duration.ofMillis(1));
        meters.ended("send", JobStatus.FAILED, "worker_died", null);
        Figures send = meters.figures().get("send");
        assertThat(send.attempts()).isEqualTo(101);
        assertThat(send.deaths()).isEqualTo(2);
        assertThat(send.deathsByCode()).isEqualTo(Map.of("smtp_unavailable", 1L, "worker_died", 1L));
        assertThat(send.waitP50Millis()).isCloseTo(500, within(50.0));
        assertThat(send.waitP99Millis()).isCloseTo(1000, within(100.0));
        assertThat(send.runP50Millis()).isCloseTo(49, within(5.0));
        assertThat(send.runP99Millis()).isCloseTo(99, within(10.0));
    }

    @Test
    void registersThemByTypeOutcomeAndCodeWithBucketsForAlerts() {
        meters.began("send", Duration.ofMillis(20));
        meters.ended("send", JobStatus.FAILED, "refused", Duration.ofMillis(200));
        meters.ended("send", JobStatus.PENDING, null, Duration.ofMillis(7));
        CountAtBucket[] waits = registry.get("throughline.jobs.wait")
                .tag("type", "send")
                .timer()
                .takeSnapshot()
                .histogramCounts();
        assertThat(waits[0].bucket(TimeUnit.MILLISECONDS)).isEqualTo(5);
        assertThat(waits[0].count()).isZero();
        assertThat(waits[1].bucket(TimeUnit.MILLISECONDS)).isEqualTo(25);
        assertThat(waits[1].count()).isEqualTo(1);
        assertThat(registry.get("throughline.jobs.run")
                        .tag("type", "send")
                        .timer()
                        .count())
                .isEqualTo(2);
        for (String outcome : new String[] {"failed", "handed_back"}) {
            assertThat(registry.get("throughline.jobs.ends")
                            .tags("type", "send", "outcome", outcome)
                            .counter()
                            .count())
                    .as(outcome)
                    .isEqualTo(1);
        }
        assertThat(registry.get("throughline.jobs.deaths")
                        .tags("type", "send", "code", "refused")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void hasRoomForAFewErrorCodesAndCountsTheOthersTogether() {
        for (int i = 0; i < 3 * JobMeters.CODES; i++) {
            meters.ended("send", JobStatus.FAILED, "code_" + i, Duration.ZERO);
        }
        meters.ended("send", JobStatus.FAILED, "code_0", Duration.ZERO);
        meters.ended("send", JobStatus.FAILED, null, Duration.ZERO);
        Map<String, Long> deaths = meters.figures().get("send").deathsByCode();
        assertThat(deaths).hasSize(JobMeters.CODES + 1).containsEntry("code_0", 2L);
        assertThat(deaths).containsEntry(JobMeters.OTHER_CODE, 2L * JobMeters.CODES + 1);
    }

    @Test
    void knowsNothingOfTypesThatDidNotRun() {
        assertThat(meters.figures()).isEmpty();
    }
}
