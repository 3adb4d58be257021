package io.throughline.jobs.outreach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies in the manner of large providers and of Postfix. */
class BounceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "550|550-5.1.1 The email account that you tried to reach does not exist.|false|HARD",
                "550|550 5.5.0 Requested action not taken: mailbox unavailable|false|BLOCKED",
                "550|550 5.7.1 Service unavailable, Client host blocked using Spamhaus|false|BLOCKED",
                "554|554 delivery error: dd This user doesn't have a yahoo.com account|true|BLOCKED",
                "550|550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found|true|HARD",
                "552|552 5.2.2 Mailbox full|false|BLOCKED",
                "550|550 5.2.1 The email account that you tried to reach is disabled.|false|HARD",
                "550|550 no such user|false|HARD",
                "550|550 message looks like spam|true|BLOCKED",
                "554|554 no thanks|false|BLOCKED",
                "550|550 call 15.1.1 for help|false|HARD",
            })
    void tellsWhoseFaultItIs(int code, String reply, boolean begun, Bounce bounce) {
        assertThat(Bounce.of(code, reply, begun)).isEqualTo(bounce);
    }
}
