package io.throughline.enrollment.sequence;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import java.io.StringReader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A step's subject and body, ready to be filled in for one recipient after another. Mustache without its reach: values are
 * plain text, so no tag can call a method; partials are empty; what is missing is empty.
 */
final class Wording {

    private static final Pattern LINE_BREAKS = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]+");

    /** Text stays text: nothing is escaped, because no channel of ours takes HTML. */
    private static final Mustache.Compiler COMPILER = Mustache.compiler()
            .escapeHTML(false)
            .defaultValue("")
            .emptyStringIsFalse(true)
            .withLoader(name -> new StringReader(""))
            .withCollector(new BasicCollector() {
                @Override
                public <K, V> Map<K, V> createFetcherCache() {
                    return new ConcurrentHashMap<>();
                }
            });

    private final Template subject;
    private final Template body;

    private Wording(Template subject, Template body) {
        this.subject = subject;
        this.body = body;
    }

    /** @throws MustacheException when a tag is not closed or the like */
    static Wording of(String subject, String body) {
        return new Wording(
                COMPILER.compile(subject == null ? "" : subject), COMPILER.compile(body == null ? "" : body));
    }

    /** On one line whatever the values hold, so that none of them can add a mail header. */
    String subject(Map<String, Object> values) {
        return LINE_BREAKS.matcher(subject.execute(values)).replaceAll(" ").strip();
    }

    String body(Map<String, Object> values) {
        return body.execute(values);
    }
}
