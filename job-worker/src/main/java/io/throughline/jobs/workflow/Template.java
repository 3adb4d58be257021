package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON with <code>${…}</code> in its texts. A text that is one expression becomes its value, of whatever type; among other
 * characters a value is written into the text, null as nothing. {@code $$} before a brace is a dollar.
 */
final class Template {

    /** What {@code POST /api/jobs} takes, too. */
    static final int LARGEST = 262_144;

    private Template() {}

    /** More than {@link #LARGEST} characters would come of it. */
    static final class TooLarge extends RuntimeException {
        TooLarge() {
            super("comes to more than " + LARGEST + " characters");
        }
    }

    /** All expressions in a text. */
    static List<Expression> expressions(String text) {
        return parts(text).stream()
                .filter(part -> part.expression() != null)
                .map(Part::expression)
                .toList();
    }

    /** A field's name as a part of a JSON pointer. */
    static String pointer(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    static JsonNode filled(JsonNode template, Scope scope) {
        return new Filling(scope).fill(template);
    }

    /** Either is null. */
    private record Part(String text, Expression expression) {}

    private static List<Part> parts(String text) {
        List<Part> parts = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int dollar = text.indexOf('$', at);
            if (dollar < 0) {
                break;
            }
            plain.append(text, at, dollar);
            if (text.startsWith("$${", dollar)) {
                plain.append("${");
                at = dollar + 3;
            } else if (text.startsWith("${", dollar)) {
                if (!plain.isEmpty()) {
                    parts.add(new Part(plain.toString(), null));
                    plain.setLength(0);
                }
                ExpressionParser.Braced braced = ExpressionParser.braced(text, dollar);
                parts.add(new Part(null, braced.expression()));
                at = braced.end();
            } else {
                plain.append('$');
                at = dollar + 1;
            }
        }
        plain.append(text, at, text.length());
        if (!plain.isEmpty()) {
            parts.add(new Part(plain.toString(), null));
        }
        return parts;
    }

    /** Small templates can name large outputs many times: what they come to is counted while they are filled. */
    private static final class Filling {

        private final Scope scope;
        private long size;

        Filling(Scope scope) {
            this.scope = scope;
        }

        JsonNode fill(JsonNode template) {
            if (template.isTextual()) {
                return text(template.textValue());
            }
            if (template instanceof ObjectNode object) {
                ObjectNode filled = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(field -> filled.set(field.getKey(), fill(field.getValue())));
                return filled;
            }
            if (template instanceof ArrayNode array) {
                ArrayNode filled = JsonNodeFactory.instance.arrayNode();
                array.forEach(element -> filled.add(fill(element)));
                return filled;
            }
            return template;
        }

        private JsonNode text(String template) {
            List<Part> parts = parts(template);
            if (parts.size() == 1 && parts.getFirst().expression() != null) {
                JsonNode value = parts.getFirst().expression().value(scope);
                count(value.toString());
                return value;
            }
            StringBuilder text = new StringBuilder();
            for (Part part : parts) {
                text.append(count(
                        part.expression() == null
                                ? part.text()
                                : written(part.expression().value(scope))));
            }
            return TextNode.valueOf(text.toString());
        }

        private String count(String text) {
            size += text.length();
            if (size > LARGEST) {
                throw new TooLarge();
            }
            return text;
        }

        private static String written(JsonNode value) {
            if (value.isNull()) {
                return "";
            }
            return value.isValueNode() ? value.asText() : value.toString();
        }
    }
}
