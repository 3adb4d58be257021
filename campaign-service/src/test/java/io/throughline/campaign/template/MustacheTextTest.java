package io.throughline.campaign.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MustacheTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello",
                "Hello {{firstName}}",
                "{{attributes.Job Title}}",
                "{{{html}}} {{&html}} {{! why }}",
                "{{#company}}at {{company}}{{/company}}{{^company}}there{{/company}}",
                "a { brace } and }} two",
                "{{=<% %>=}}<%firstName%> {{literally"
            })
    void acceptsWhatCanBeRendered(String text) {
        assertThat(MustacheText.fault(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello {{firstName",
                "Hello {{firstName} you",
                "Hello {{{firstName}} you",
                "{{}}",
                "{{=}}",
                "{{#a}}open",
                "{{#a}}x{{/b}}",
                "{{/a}}",
                "{{#a}}{{x {{/a}}",
                "{{>other}}",
                "{{<parent}}{{/parent}}",
                "{{$block}}x{{/block}}"
            })
    void refusesWhatCannotOrShouldNot(String text) {
        assertThat(MustacheText.fault(text)).isPresent();
    }
}
