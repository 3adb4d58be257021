package io.throughline.enrollment.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.samskivert.mustache.MustacheException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordingTest {

    @Test
    void fillsInWhatIsKnownAndLeavesTheRestEmpty() {
        Wording wording =
                Wording.of("Hello {{firstName}}{{nickname}}", "{{company}} & {{a.b}}{{#plan}}on {{plan}}{{/plan}}!");
        Map<String, Object> values = Map.of("firstName", "Zoë", "company", "R&D <b>", "plan", "gold");
        assertThat(wording.subject(values)).isEqualTo("Hello Zoë");
        assertThat(wording.body(values)).isEqualTo("R&D <b> & on gold!");
        assertThat(wording.body(Map.of("company", "", "plan", ""))).isEqualTo(" & !");
        assertThat(Wording.of(null, null).subject(values)).isEmpty();
    }

    @Test
    void keepsASubjectOnOneLineWhateverTheValuesHold() {
        Wording wording = Wording.of("Hello\n{{firstName}}", "Dear {{firstName}},\nbye");
        for (String lineBreak : new String[] {"\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029", "\u000b", "\u0000"}) {
            Map<String, Object> values = Map.of("firstName", "Bo" + lineBreak + "Bcc: eve@example.com");
            assertThat(wording.subject(values)).isEqualTo("Hello Bo Bcc: eve@example.com");
            assertThat(wording.body(values)).endsWith(",\nbye");
        }
    }

    /** Templates come from tenants: a tag reaches the recipient's values and nothing of the machine. */
    @Test
    void reachesNothingButTheValues() {
        Map<String, Object> values = new HashMap<>(Map.of("firstName", "Bo"));
        for (String tag : new String[] {
            "{{firstName.length}}",
            "{{firstName.class}}",
            "{{firstName.getClass.name}}",
            "{{class}}",
            "{{>/etc/passwd}}"
        }) {
            assertThat(Wording.of(tag, tag).body(values)).as(tag).isEmpty();
        }
        assertThat(Wording.of("", "{{firstName}} {{{firstName}}} {{&firstName}}{{! note }}")
                        .body(values))
                .isEqualTo("Bo Bo Bo");
        values.put("firstName", "{{company}}");
        values.put("company", "Acme");
        assertThat(Wording.of("{{firstName}}", "").subject(values)).isEqualTo("{{company}}");
    }

    @Test
    void refusesATemplateThatCannotBeRead() {
        assertThatThrownBy(() -> Wording.of("{{#open}}", "")).isInstanceOf(MustacheException.class);
        assertThatThrownBy(() -> Wording.of("", "{{/never opened}}")).isInstanceOf(MustacheException.class);
    }
}
