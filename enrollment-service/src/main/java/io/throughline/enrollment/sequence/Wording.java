package io.throughline.enrollment.sequence;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import java.io.StringReader;
import java.io.Writer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A step's subject, body and HTML, ready to be filled in for one recipient after another. Mustache without its reach: values
 * are plain text, so no tag can call a method or go round in a loop; partials are empty; what is missing is empty, or what
 * stands behind a bar: {@code {{firstName|there}}}.
 */
final class Wording {

    /** Of a filled-in part. Gmail cuts mails at 102 kB; two parts of this and the rest fit one record on Kafka. */
    private static final int LONGEST = 150_000;

    private static final Pattern LINE_BREAKS = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]+");

    private static final Mustache.Compiler COMPILER = Mustache.compiler()
            .withEscaper(Escapers.NONE)
            .defaultValue("")
            .emptyStringIsFalse(true)
            .withLoader(name -> new StringReader(""))
            .withCollector(new BasicCollector() {
                @Override
                public <K, V> Map<K, V> createFetcherCache() {
                    return new ConcurrentHashMap<>();
                }
            });

    private static final Mustache.Compiler HTML_COMPILER = COMPILER.withEscaper(Escapers.HTML);

    private final Template subject;
    private final Template body;
    private final Template html;

    private Wording(Template subject, Template body, Template html) {
        this.subject = subject;
        this.body = body;
        this.html = html;
    }

    /** A value or a template is so long that the message would not be read anyway. */
    static final class TooLong extends RuntimeException {
        TooLong() {
            super("a message has more than " + LONGEST + " characters");
        }
    }

    /**
     * @param html null: there is none
     * @throws MustacheException when a tag is not closed or the like
     */
    static Wording of(String subject, String body, String html) {
        return new Wording(
                COMPILER.compile(subject == null ? "" : subject),
                COMPILER.compile(body == null ? "" : body),
                html == null ? null : HTML_COMPILER.compile(html));
    }

    /** On one line whatever the values hold, so that none of them can add a mail header. */
    String subject(Map<String, Object> values) {
        return LINE_BREAKS.matcher(filled(subject, values)).replaceAll(" ").strip();
    }

    String body(Map<String, Object> values) {
        return filled(body, values);
    }

    /** Values are escaped; a tag of three braces puts one as it is. Null when there is none. */
    String html(Map<String, Object> values) {
        return html == null ? null : filled(html, values);
    }

    /** Every name that is filled in, as it is written, default included. */
    void names(Consumer<String> taker) {
        for (Template each : new Template[] {subject, body, html}) {
            if (each != null) {
                each.visit(new Names(taker));
            }
        }
    }

    private static String filled(Template template, Map<String, Object> values) {
        Bounded text = new Bounded();
        template.execute(new Values(values), text);
        return text.toString();
    }

    private static final class Bounded extends Writer {

        private final StringBuilder text = new StringBuilder();

        @Override
        public void write(char[] characters, int from, int count) {
            if (text.length() + count > LONGEST) {
                throw new TooLong();
            }
            text.append(characters, from, count);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private record Names(Consumer<String> taker) implements Mustache.Visitor {

        @Override
        public void visitText(String text) {}

        @Override
        public void visitVariable(String name) {
            taker.accept(name);
        }

        @Override
        public boolean visitInclude(String name) {
            return false;
        }

        @Override
        public boolean visitSection(String name) {
            return true;
        }

        @Override
        public boolean visitInvertedSection(String name) {
            return true;
        }
    }
}
