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
        Wording wording = Wording.of(
                "Hello {{firstName}}{{nickname}}", "{{company}} & {{a.b}}{{#plan}}on {{plan}}{{/plan}}!", null);
        Map<String, Object> values = Map.of("firstName", "Zoë", "company", "R&D <b>", "plan", "gold");
        assertThat(wording.subject(values)).isEqualTo("Hello Zoë");
        assertThat(wording.body(values)).isEqualTo("R&D <b> & on gold!");
        assertThat(wording.body(Map.of("company", "", "plan", ""))).isEqualTo(" & !");
        assertThat(Wording.of(null, null, null).subject(values)).isEmpty();
    }

    @Test
    void keepsASubjectOnOneLineWhateverTheValuesHold() {
        Wording wording = Wording.of("Hello\n{{firstName}}", "Dear {{firstName}},\nbye", null);
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
            assertThat(Wording.of(tag, tag, null).body(values)).as(tag).isEmpty();
        }
        assertThat(Wording.of("", "{{firstName}} {{{firstName}}} {{&firstName}}{{! note }}", null)
                        .body(values))
                .isEqualTo("Bo Bo Bo");
        values.put("firstName", "{{company}}");
        values.put("company", "Acme");
        assertThat(Wording.of("{{firstName}}", "", null).subject(values)).isEqualTo("{{company}}");
    }

    @Test
    void refusesATemplateThatCannotBeRead() {
        assertThatThrownBy(() -> Wording.of("{{#open}}", "", null)).isInstanceOf(MustacheException.class);
        assertThatThrownBy(() -> Wording.of("", "{{/never opened}}", null)).isInstanceOf(MustacheException.class);
    }

    @Test
    void escapesValuesInHtmlAndNowhereElse() {
        Wording wording = Wording.of("{{name}}", "{{name}}", "<p title=\"{{name}}\">{{name}}</p>");
        Map<String, Object> values = Map.of("name", "<b>\"O'Neil\" & co</b>");
        assertThat(wording.subject(values)).isEqualTo("<b>\"O'Neil\" & co</b>");
        assertThat(wording.body(values)).isEqualTo("<b>\"O'Neil\" & co</b>");
        assertThat(wording.html(values)).doesNotContain("<b>").contains("&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co");
        assertThat(Wording.of("", "", null).html(values)).isNull();
    }

    @Test
    void takesADefaultForWhatIsMissing() {
        Wording wording = Wording.of("Hi {{firstName|there}}", "{{ company | your firm, i.e. you }}{{x|}}", null);
        assertThat(wording.subject(Map.of())).isEqualTo("Hi there");
        assertThat(wording.subject(Map.of("firstName", " "))).isEqualTo("Hi there");
        assertThat(wording.subject(Map.of("firstName", "Bo"))).isEqualTo("Hi Bo");
        assertThat(wording.body(Map.of())).isEqualTo("your firm, i.e. you");
        assertThat(Wording.of("", "{{#plan}}a{{/plan}}{{^plan}}b{{/plan}}", null)
                        .body(Map.of()))
                .isEqualTo("b");
    }

    /** A hundred nested sections over a hundred attributes would not end; the map itself is out of reach. */
    @Test
    void doesNotGoRoundInLoops() {
        Map<String, Object> values = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            values.put("a" + i, "x");
        }
        for (String name : new String[] {"entrySet", "values", "keySet", "this", "a0"}) {
            String deep = ("{{#" + name + "}}").repeat(50) + "{{a0}}" + ("{{/" + name + "}}").repeat(50);
            assertThat(Wording.of("", deep, null).body(values).length())
                    .as(name)
                    .isLessThan(10);
        }
        assertThat(Wording.of("", "{{.}}", null).body(values)).doesNotContain("a1");
    }

    @Test
    void endsAtALengthThatNobodyReads() {
        Wording wording = Wording.of("", "{{a}}".repeat(100), "{{a}}".repeat(100));
        Map<String, Object> values = Map.of("a", "x".repeat(4_000));
        assertThatThrownBy(() -> wording.body(values)).isInstanceOf(Wording.TooLong.class);
        assertThatThrownBy(() -> wording.html(values)).isInstanceOf(Wording.TooLong.class);
    }
}
