package io.throughline.enrollment.contact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmailAddressTest {

    @Test
    void storesAddressesTrimmedAndInLowerCase() {
        assertThat(EmailAddress.normalise("  Ann.Lee+news@Mail.EXAMPLE.com "))
                .contains("ann.lee+news@mail.example.com");
        assertThat(EmailAddress.normalise("o'neil@xn--bcher-kva.example")).contains("o'neil@xn--bcher-kva.example");
    }

    @Test
    void refusesWhatNobodyCouldWriteTo() {
        String longLocal = "a".repeat(65) + "@example.com";
        String longDomain = "a@" + ("b".repeat(60) + ".").repeat(5) + "com";
        for (String bad : List.of(
                "",
                "ann",
                "ann@",
                "@example.com",
                "ann@example",
                "ann@@example.com",
                "ann@example..com",
                ".ann@example.com",
                "ann.@example.com",
                "a..b@example.com",
                "ann@-example.com",
                "ann lee@example.com",
                "ann@example.com\r\nBcc: eve@example.com",
                "ann@example.1",
                longLocal,
                longDomain)) {
            assertThat(EmailAddress.normalise(bad)).as(bad).isEmpty();
        }
        assertThat(EmailAddress.normalise(null)).isEmpty();
    }
}
