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

    @Test
    void takesInternationalAddressesAndComparesTheirDomainsInAscii() {
        assertThat(EmailAddress.normalise("J\u00fcrgen@B\u00fccher.example"))
                .contains("j\u00fcrgen@xn--bcher-kva.example")
                .isEqualTo(EmailAddress.normalise("ju\u0308rgen@XN--BCHER-KVA.example"));
        assertThat(EmailAddress.normalise("\u7528\u6237@\u4f8b\u5b50.\u5e7f\u544a"))
                .contains("\u7528\u6237@xn--fsqu00a.xn--4rr70v");
        for (String bad : List.of(
                "ann@stra\u00dfe.example", // strasse.example is another domain by today's rules
                "ann\u202e@example.com", // a control that turns the text around
                "ann\u00a0lee@example.com",
                "ann@ex ample.com",
                "ann@b\u00fccher",
                "\u00fc".repeat(33) + "@example.com")) { // 66 octets
            assertThat(EmailAddress.normalise(bad)).as(bad).isEmpty();
        }
        assertThat(EmailAddress.normalise("\u00fc".repeat(32) + "@example.com")).isPresent();
    }

    @Test
    void holdsTheLimitsToTheOctet() {
        String domain = ("b".repeat(62) + ".").repeat(3) + "com"; // 192 octets
        assertThat(EmailAddress.normalise("a".repeat(61) + "@" + domain)).isPresent();
        assertThat(EmailAddress.normalise("a".repeat(62) + "@" + domain)).isEmpty();
    }

    @Test
    void marksRolesAndThrowAwayAddresses() {
        assertThat(EmailMarks.of("info@example.com").names()).containsExactly("role");
        assertThat(EmailMarks.of("sales+fair@example.com").names()).containsExactly("role");
        assertThat(EmailMarks.of("ann@eu.mailinator.com").names()).containsExactly("disposable");
        assertThat(EmailMarks.of("info@yopmail.com").names()).containsExactly("role", "disposable");
        assertThat(EmailMarks.of("informatics@notmailinator.com").names()).isEmpty();
        assertThat(EmailMarks.of("nobody").names()).isEmpty();
        assertThat(EmailMarks.of(null).names()).isEmpty();
    }
}
