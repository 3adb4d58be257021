package io.throughline.jobs.outreach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SendingPaceTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void letsMailsGoEvenlyWhoeverAsks() {
        SendingPace pace = new SendingPace(4);
        long now = Long.MAX_VALUE - SECOND; // as System.nanoTime may be
        assertThat(pace.take(now)).isZero();
        assertThat(pace.take(now)).isEqualTo(Duration.ofMillis(250));
        assertThat(pace.take(now)).isEqualTo(Duration.ofMillis(500));
        assertThat(pace.take(now + SECOND / 2)).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void savesNothingUpWhileNothingIsSent() {
        SendingPace pace = new SendingPace(4);
        pace.take(0);
        assertThat(pace.take(60 * SECOND)).isZero();
        assertThat(pace.take(60 * SECOND)).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void isAtLeastOneASecond() {
        assertThatThrownBy(() -> new SendingPace(0)).hasMessageContaining("throughline.smtp.rate");
    }
}
