package io.throughline.campaign.template;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import java.util.Optional;

/** Whether a text can be rendered for a recipient, told when it is written and not when it is sent. */
final class MustacheText {

    private static final Mustache.Compiler COMPILER = Mustache.compiler();
    /** Rendering recurses into sections. */
    private static final int SECTIONS = 100;

    private MustacheText() {}

    /** What is wrong with the text, in words for its author; empty when nothing is. */
    static Optional<String> fault(String text) {
        try {
            Parts parts = new Parts(!text.contains("{{="));
            COMPILER.compile(text).visit(parts);
            return parts.fault();
        } catch (MustacheException e) {
            return Optional.of("is not a valid Mustache template: " + e.getMessage());
        } catch (IndexOutOfBoundsException e) {
            // jmustache 1.16 on {{}} and {{=}}.
            return Optional.of("is not a valid Mustache template: a tag is empty");
        }
    }

    private static final class Parts implements Mustache.Visitor {

        private final boolean usualDelimiters;
        private boolean includes;
        private boolean unclosed;
        private int sections;

        /** @param usualDelimiters whether two braces always open a tag */
        Parts(boolean usualDelimiters) {
            this.usualDelimiters = usualDelimiters;
        }

        Optional<String> fault() {
            if (includes) {
                return Optional.of("must not include other templates ({{>name}}, {{<name}} or {{$name}})");
            }
            if (unclosed) {
                return Optional.of("is not a valid Mustache template: a tag is not closed");
            }
            return sections > SECTIONS ? Optional.of("has more than " + SECTIONS + " sections") : Optional.empty();
        }

        /** The compiler takes a tag without its end for text; the recipient would read it. */
        @Override
        public void visitText(String text) {
            unclosed |= usualDelimiters && text.contains("{{");
        }

        @Override
        public void visitVariable(String name) {}

        @Override
        public boolean visitInclude(String name) {
            includes = true;
            return false;
        }

        @Override
        public boolean visitParent(String name) {
            return visitInclude(name);
        }

        @Override
        public boolean visitBlock(String name) {
            return visitInclude(name);
        }

        @Override
        public boolean visitSection(String name) {
            return ++sections <= SECTIONS;
        }

        @Override
        public boolean visitInvertedSection(String name) {
            return visitSection(name);
        }
    }
}
