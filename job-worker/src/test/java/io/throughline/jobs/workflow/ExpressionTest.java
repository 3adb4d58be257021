package io.throughline.jobs.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('`', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private final Scope scope = new Scope(
            json(
                    "{`n`:3,`big`:1e999,`name`:`Ann`,`quote`:`it's`,`yes`:true,`no`:false,`none`:null,`empty`:``,`list`:[]}"),
            Map.of("a-b", json("{`rows`:[{`id`:7},{`id`:8}],`x`:1.0,`0`:`zero`}")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "inputs.n == 3 | true",
                "inputs.n == 3.0 | true",
                "inputs.n != 3 | false",
                "inputs.n < 3 | false",
                "inputs.n <= 3 | true",
                "inputs.n >= 4 | false",
                "inputs.n > -1 | true",
                "2 < inputs.n | true",
                "inputs.name == \"Ann\" | true",
                "inputs.name < \"Bob\" | true",
                "inputs.quote == \"it's\" | true",
                "inputs.name == inputs.n | false",
                "inputs.name != inputs.n | true",
                "inputs.name > 1 | false",
                "inputs.name <= 1 | false",
                "inputs.big > 1 | false",
                "inputs.big | true",
                "inputs.none == null | true",
                "inputs.absent == null | true",
                "inputs.n.deeper.still == null | true",
                "inputs.none | false",
                "inputs.empty | false",
                "inputs.list | false",
                "inputs.name | true",
                "steps.a-b.output.rows.1.id == 8 | true",
                "steps.a-b.output.rows.2.id == null | true",
                "steps.a-b.output.rows.99999999999.id == null | true",
                "steps.a-b.output.0 == \"zero\" | true",
                "steps.a-b.output.x == 1 | true",
                "steps.a-b.output | true",
                "steps.other.output | false",
                "not inputs.yes | false",
                "not not inputs.yes | true",
                "not inputs.n == 4 | true",
                "inputs.no and inputs.no or inputs.yes | true",
                "inputs.yes or inputs.no and inputs.no | true",
                "(inputs.yes or inputs.no) and inputs.no | false",
                "not (inputs.yes and inputs.no) | true",
                "${ inputs.n == 3 } | true",
                "true | true",
                "0 | false",
            })
    void comparesWhatIsThere(String condition, boolean holds) {
        assertThat(ExpressionParser.whole(condition).holds(scope)).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "inputs",
                "inputs.",
                "inputs.n ==",
                "== 3",
                "inputs.n = 3",
                "inputs.n == 3 4",
                "inputs.n == 3 == 3",
                "(inputs.n",
                "inputs.n)",
                "Ann",
                "env.PATH",
                "steps.a",
                "steps.a.result",
                "inputs.n == 'open",
                "T(java.lang.Runtime).getRuntime()",
                "inputs.n + 1",
                "${inputs.n",
                "inputs.n }",
                "and",
                "not",
                "inputs.a and and inputs.b",
            })
    void refusesWhatItDoesNotKnow(String condition) {
        assertThatThrownBy(() -> ExpressionParser.whole(condition)).isInstanceOf(ExpressionParser.Unreadable.class);
    }

    @Test
    void refusesWhatIsTooLongOrTooDeep() {
        assertThatThrownBy(() -> ExpressionParser.whole("(".repeat(40) + "true" + ")".repeat(40)))
                .hasMessageContaining("deep");
        assertThatThrownBy(() -> ExpressionParser.whole("true and ".repeat(300) + "true"))
                .hasMessageContaining("2000");
        assertThatThrownBy(() -> Template.expressions("${'" + "\\a".repeat(100_000) + "'}"))
                .isInstanceOf(ExpressionParser.Unreadable.class);
    }

    @Test
    void fillsTextsAndKeepsTypes() {
        JsonNode template = json("""
                {`n`:`${inputs.n}`,`row`:`${steps.a-b.output.rows.0}`,`text`:`Dear ${inputs.name}, ${ inputs.n } of ${inputs.none}!`,
                 `brace`:`${'}'}`,`plain`:`$5 $${inputs.n} $`,`deep`:[{`x`:`${inputs.n > 2}`}],`seven`:7,`all`:`rows: ${steps.a-b.output.rows}`}
                """);
        assertThat(Template.filled(template, scope)).isEqualTo(json("""
                        {`n`:3,`row`:{`id`:7},`text`:`Dear Ann, 3 of !`,`brace`:`}`,`plain`:`$5 ${inputs.n} $`,
                         `deep`:[{`x`:true}],`seven`:7,`all`:`rows: [{\\`id\\`:7},{\\`id\\`:8}]`}
                        """));
    }

    @Test
    void doesNotGrowBeyondWhatAJobTakes() {
        Scope large = new Scope(json("{`text`:`" + "x".repeat(200_000) + "`}"), Map.of());
        assertThat(Template.filled(json("{`a`:`${inputs.text}`}"), large)
                        .path("a")
                        .textValue())
                .hasSize(200_000);
        for (String twice : new String[] {
            "{`a`:`${inputs.text}`,`b`:`${inputs.text}`}",
            "[`${inputs.text}${inputs.text}`]",
            "[[`${inputs.text}`],`${inputs.text}`]"
        }) {
            assertThatThrownBy(() -> Template.filled(json(twice), large)).isInstanceOf(Template.TooLarge.class);
        }
    }

    /** Whatever is written, reading it ends in an expression or in {@link ExpressionParser.Unreadable}, never otherwise. */
    @Test
    void readsAnythingOrSaysWhyNot() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] pieces = {
            "inputs.n",
            "steps.a-b.output",
            "(",
            ")",
            "and",
            "or",
            "not",
            "==",
            "<",
            ">=",
            "'x'",
            "\"",
            "'",
            "\\",
            "3",
            "-1.5",
            "null",
            "true",
            " ",
            "${",
            "}",
            "$",
            ".",
            "é",
            "\u0000",
            "[",
            "=",
            "!"
        };
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(8); j >= 0; j--) {
                text.append(pieces[random.nextInt(pieces.length)]).append(random.nextBoolean() ? " " : "");
            }
            try {
                ExpressionParser.whole(text.toString()).holds(scope);
                read++;
                Template.expressions(text.toString());
            } catch (ExpressionParser.Unreadable expected) {
                assertThat(expected.getMessage()).isNotBlank();
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed + ", text " + text, other);
            }
        }
        assertThat(read).as("seed %d", seed).isPositive();
    }
}
