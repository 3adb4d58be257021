package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * Text that people outside typed: names, attributes, error messages. Before a model or a reply shows it, characters go
 * that no reader sees but a model obeys: controls, zero-width, bidirectional, tags, variation selectors, fillers.
 */
final class Untrusted {

    /** Names of campaigns and error messages fit; a pasted document does not. */
    static final int LONGEST_VALUE = 500;

    private static final Pattern UNSEEN =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\u034F\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F"
                    + "\\u2028\\u2029\\u3164\\uFFA0\\uFE00-\\uFE0F\\x{E0100}-\\x{E01EF}&&[^\\n\\t]]");

    private Untrusted() {}

    static String clean(String text) {
        String seen = UNSEEN.matcher(text).replaceAll("");
        if (seen.length() <= LONGEST_VALUE) {
            return seen;
        }
        int end = Character.isHighSurrogate(seen.charAt(LONGEST_VALUE - 1)) ? LONGEST_VALUE - 1 : LONGEST_VALUE;
        return seen.substring(0, end) + "…";
    }

    /** A copy with every string, field names included, cleaned. */
    static JsonNode clean(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> JsonNodeFactory.instance.textNode(clean(node.textValue()));
            case ARRAY -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode(node.size());
                node.forEach(element -> copy.add(clean(element)));
                yield copy;
            }
            case OBJECT -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                node.properties().forEach(field -> copy.set(clean(field.getKey()), clean(field.getValue())));
                yield copy;
            }
            case NUMBER, BOOLEAN, NULL, MISSING, BINARY, POJO -> node;
        };
    }
}
