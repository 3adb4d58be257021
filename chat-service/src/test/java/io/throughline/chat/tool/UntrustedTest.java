package io.throughline.chat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UntrustedTest {

    @Test
    void removesWhatNoReaderSees() {
        String hidden = "\u0000\u001b\u007f\u00ad\u200b\u200d\u202e\u2060\ufeff\u2028\ufe0f\u3164"
                + Character.toString(0xE0041) + Character.toString(0xE0100) + "\ue000";
        assertThat(Untrusted.clean("a" + hidden + "b")).isEqualTo("ab");
    }

    @Test
    void keepsWhatReadersSee() {
        String seen = "Grüße, 東京 ✓ 😀\n\tعربى";
        assertThat(Untrusted.clean(seen)).isEqualTo(seen);
    }

    @Test
    void cutsLongValuesBetweenCharacters() {
        String cut = Untrusted.clean("a" + "😀".repeat(400));
        assertThat(cut).hasSize(500).endsWith("😀…");
    }
}
