package io.throughline.enrollment.step;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What must have happened for a step to be sent. campaign-service refuses what is not understood here; should something
 * slip by, the step is skipped and says so.
 */
public sealed interface Condition {

    boolean holds(Reactions reactions);

    record All(List<Condition> conditions) implements Condition {
        @Override
        public boolean holds(Reactions reactions) {
            return conditions.stream().allMatch(each -> each.holds(reactions));
        }
    }

    record Any(List<Condition> conditions) implements Condition {
        @Override
        public boolean holds(Reactions reactions) {
            return conditions.stream().anyMatch(each -> each.holds(reactions));
        }
    }

    /** @param step null: at any step */
    record Happened(Reactions.Kind kind, Integer step) implements Condition {
        @Override
        public boolean holds(Reactions reactions) {
            return reactions.has(kind, step);
        }
    }

    record Not(Condition condition) implements Condition {
        @Override
        public boolean holds(Reactions reactions) {
            return !condition.holds(reactions);
        }
    }

    /** A reply ends an enrollment, so nobody who is still in the sequence has replied. */
    record Replied() implements Condition {
        @Override
        public boolean holds(Reactions reactions) {
            return false;
        }
    }

    /** Empty when it is not understood. */
    static Optional<Condition> of(Map<?, ?> condition) {
        try {
            return Optional.of(read(condition));
        } catch (IllegalArgumentException | ClassCastException notUnderstood) {
            return Optional.empty();
        }
    }

    private static Condition read(Map<?, ?> condition) {
        if (condition.get("all") instanceof List<?> all) {
            return new All(all.stream().map(each -> read((Map<?, ?>) each)).toList());
        }
        if (condition.get("any") instanceof List<?> any) {
            return new Any(any.stream().map(each -> read((Map<?, ?>) each)).toList());
        }
        if (!(condition.get("if") instanceof String word)) {
            throw new IllegalArgumentException("neither if nor all nor any");
        }
        Integer step = (Integer) condition.get("step");
        return word.startsWith("not_")
                ? new Not(happening(word.substring("not_".length()), step))
                : happening(word, step);
    }

    private static Condition happening(String word, Integer step) {
        return word.equals("replied")
                ? new Replied()
                : new Happened(Reactions.Kind.valueOf(word.toUpperCase(Locale.ROOT)), step);
    }
}
