package io.throughline.enrollment.sequence;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/**
 * What a template sees: every name has a value, which is the recipient's, else what stands behind the name's bar, else none. That
 * every name is known keeps Mustache from looking at the map itself, whose entries a section would go through.
 */
final class Values extends AbstractMap<String, Object> {

    private final Map<String, Object> given;

    Values(Map<String, Object> given) {
        this.given = given;
    }

    @Override
    public boolean containsKey(Object name) {
        return true;
    }

    @Override
    public Object get(Object name) {
        String text = name.toString();
        int bar = text.indexOf('|');
        Object value = given.get(bar < 0 ? text : text.substring(0, bar).strip());
        boolean missing = value == null || value.toString().isBlank();
        return missing && bar >= 0 ? text.substring(bar + 1).strip() : value;
    }

    boolean lacks(String name) {
        Object value = get(name);
        return value == null || value.toString().isBlank();
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        return Set.of();
    }
}
