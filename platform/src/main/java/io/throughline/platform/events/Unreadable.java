package io.throughline.platform.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.IOException;
import java.util.stream.Collectors;

/** Says what of a JSON value can't be read: the field's path and the parser's first line, nothing of the source text. */
public final class Unreadable {

    private Unreadable() {}

    public static String detail(IOException failure) {
        if (failure instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            return mapping.getPath().stream()
                            .map(step ->
                                    step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                            .collect(Collectors.joining("."))
                    + " cannot be read: " + firstLine(mapping);
        }
        return failure instanceof JsonProcessingException parsing
                ? "the value is not valid JSON: " + firstLine(parsing)
                : "the value cannot be read";
    }

    /** JSON pointer of the field that can't be read; empty: the whole value. */
    public static String pointer(JsonProcessingException failure) {
        return failure instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(step -> "/"
                                + (step.getFieldName() == null
                                        ? step.getIndex()
                                        : step.getFieldName().replace("~", "~0").replace("/", "~1")))
                        .collect(Collectors.joining())
                : "";
    }

    public static String firstLine(JsonProcessingException failure) {
        return failure.getOriginalMessage().lines().findFirst().orElse("unreadable");
    }
}
