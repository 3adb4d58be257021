package io.throughline.jobs.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class WebhookSecretTest {

    /** The example by which the libraries of Standard Webhooks are tested. */
    @Test
    void signsAsTheStandardDoes() {
        assertThat(WebhookSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                        .signature(
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1_614_265_330,
                                "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void readsWhatItWrites() {
        WebhookSecret secret = WebhookSecret.fresh();
        assertThat(WebhookSecret.parse(secret.text()).key())
                .isEqualTo(secret.key())
                .hasSize(32);
    }

    @Test
    void refusesWhatIsTooShortOrTooLongOrNone() {
        for (String text :
                new String[] {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_?", secret(23), secret(65)}) {
            assertThatThrownBy(() -> WebhookSecret.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(WebhookSecret.parse(secret(24)).key()).hasSize(24);
        assertThat(WebhookSecret.parse(secret(64)).key()).hasSize(64);
    }

    private static String secret(int bytes) {
        return "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
    }
}
