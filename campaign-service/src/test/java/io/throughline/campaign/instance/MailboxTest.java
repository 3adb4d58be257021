package io.throughline.campaign.instance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann@example.com",
                "Ann <ann@example.com>",
                "<ann@example.com>",
                "Ann B. Lee <ann.lee+news@mail.example.co.uk>",
                "\"Lee, Ann\" <ann@example.com>",
                "\"say \\\"hi\\\"\" <ann@example.com>",
                "Änne Grün <aenne@xn--grn-hoa.example>",
                "李 <li@example.cn>",
                "ann@localhost"
            })
    void acceptsMailboxes(String text) {
        assertThat(Mailbox.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Ann",
                "ann@",
                "@example.com",
                "ann@example..com",
                "ann@-example.com",
                ".ann@example.com",
                "ann@example.com, bob@example.com",
                "Lee, Ann <ann@example.com>",
                "Ann <ann@example.com",
                "Ann <ann@example.com> Lee",
                "Ann <ann@example.com>\r\nBcc: bob@example.com",
                "\"Ann\r\n\" <ann@example.com>",
                "Ann\nLee <ann@example.com>",
                "Ann\u2028Lee <ann@example.com>",
                "Ann ann@example.com",
                "ann lee@example.com",
                "änne@example.com"
            })
    void refusesAnythingElse(String text) {
        assertThat(Mailbox.isValid(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65})
    void endsTheLocalPartAt64Characters(int length) {
        assertThat(Mailbox.isValid("a".repeat(length) + "@example.com")).isEqualTo(length == 64);
    }
}
