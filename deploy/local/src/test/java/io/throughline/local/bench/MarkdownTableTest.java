package io.throughline.local.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MarkdownTableTest {

    @Test
    void fillsShortRows() {
        assertThat(new MarkdownTable("what", "measured", "bar")
                        .row("cores", "2")
                        .row("ratio", "0.3", "≥ 0.25"))
                .hasToString("""
                        | what | measured | bar |
                        | --- | --- | --- |
                        | cores | 2 |  |
                        | ratio | 0.3 | ≥ 0.25 |
                        """);
    }

    @Test
    void refusesCellsWithoutAColumn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MarkdownTable("what").row("cores", "2"));
    }
}
