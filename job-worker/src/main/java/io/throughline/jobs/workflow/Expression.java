package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a definition may ask of inputs and outputs. It reads and compares, and does nothing else; what is not there is
 * null, and a comparison of unlike things is false, so evaluation always ends in a value.
 */
sealed interface Expression {

    JsonNode value(Scope scope);

    /** Every path in it. */
    Stream<Path> paths();

    /** False for null, false, 0, and what is empty. */
    default boolean holds(Scope scope) {
        JsonNode value = value(scope);
        return switch (value.getNodeType()) {
            case BOOLEAN -> value.booleanValue();
            case NUMBER -> value.doubleValue() != 0;
            case STRING -> !value.textValue().isEmpty();
            case ARRAY, OBJECT -> !value.isEmpty();
            case NULL, MISSING, BINARY, POJO -> false;
        };
    }

    record Literal(JsonNode value) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            return value;
        }

        @Override
        public Stream<Path> paths() {
            return Stream.empty();
        }
    }

    /** {@code inputs.name.…} or {@code steps.name.output.…}; a number is the place in an array, from 0. */
    record Path(List<String> names) implements Expression {
        boolean ofInput() {
            return names.size() >= 2 && names.getFirst().equals("inputs");
        }

        boolean ofStep() {
            return names.size() >= 3
                    && names.getFirst().equals("steps")
                    && names.get(2).equals("output");
        }

        /** Of the input or the step. */
        String name() {
            return names.get(1);
        }

        @Override
        public JsonNode value(Scope scope) {
            JsonNode node = ofInput() ? scope.inputs().path(name()) : scope.output(name());
            for (String name : names.subList(ofInput() ? 2 : 3, names.size())) {
                node = node.isArray() ? element(node, name) : node.path(name);
            }
            return node.isMissingNode() ? NullNode.instance : node;
        }

        private static JsonNode element(JsonNode array, String place) {
            return place.matches("[0-9]{1,9}") ? array.path(Integer.parseInt(place)) : NullNode.instance;
        }

        @Override
        public Stream<Path> paths() {
            return Stream.of(this);
        }

        @Override
        public String toString() {
            return String.join(".", names);
        }
    }

    enum Comparison {
        EQUAL,
        UNEQUAL,
        LESS,
        GREATER,
        AT_MOST,
        AT_LEAST
    }

    record Compared(Comparison comparison, Expression left, Expression right) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            JsonNode a = left.value(scope);
            JsonNode b = right.value(scope);
            return BooleanNode.valueOf(
                    switch (comparison) {
                        case EQUAL -> same(a, b);
                        case UNEQUAL -> !same(a, b);
                        case LESS -> ordered(a, b) && order(a, b) < 0;
                        case GREATER -> ordered(a, b) && order(a, b) > 0;
                        case AT_MOST -> ordered(a, b) && order(a, b) <= 0;
                        case AT_LEAST -> ordered(a, b) && order(a, b) >= 0;
                    });
        }

        /** 1 and 1.0 are the same number. */
        private static boolean same(JsonNode a, JsonNode b) {
            return number(a) && number(b) ? order(a, b) == 0 : a.equals(b);
        }

        /** Not one that was too large to be read. */
        private static boolean number(JsonNode node) {
            return node.isNumber() && Double.isFinite(node.doubleValue());
        }

        private static boolean ordered(JsonNode a, JsonNode b) {
            return number(a) && number(b) || a.isTextual() && b.isTextual();
        }

        private static int order(JsonNode a, JsonNode b) {
            return a.isNumber()
                    ? a.decimalValue().compareTo(b.decimalValue())
                    : a.textValue().compareTo(b.textValue());
        }

        @Override
        public Stream<Path> paths() {
            return Stream.concat(left.paths(), right.paths());
        }
    }

    record Not(Expression of) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            return BooleanNode.valueOf(!of.holds(scope));
        }

        @Override
        public Stream<Path> paths() {
            return of.paths();
        }
    }

    record And(Expression left, Expression right) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            return BooleanNode.valueOf(left.holds(scope) && right.holds(scope));
        }

        @Override
        public Stream<Path> paths() {
            return Stream.concat(left.paths(), right.paths());
        }
    }

    record Or(Expression left, Expression right) implements Expression {
        @Override
        public JsonNode value(Scope scope) {
            return BooleanNode.valueOf(left.holds(scope) || right.holds(scope));
        }

        @Override
        public Stream<Path> paths() {
            return Stream.concat(left.paths(), right.paths());
        }
    }
}
