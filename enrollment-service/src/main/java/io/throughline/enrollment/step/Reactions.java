package io.throughline.enrollment.step;

/**
 * What somebody did about what they were sent: a bit for each step, bit 0 when no step was named. Bits are only added, so
 * events may be repeated and reordered.
 */
public record Reactions(long opened, long clicked, long converted) {

    public static final Reactions NONE = new Reactions(0, 0, 0);

    /** Templates have at most 50 steps; what claims to be about another is not counted. */
    private static final int LAST_STEP = 62;

    public enum Kind {
        OPENED,
        CLICKED,
        CONVERTED
    }

    /** @param step 0: none was named */
    public Reactions with(Kind kind, int step) {
        if (step < 0 || step > LAST_STEP) {
            return this;
        }
        long bit = 1L << step;
        return switch (kind) {
            case OPENED -> new Reactions(opened | bit, clicked, converted);
            // Who clicked has seen it, whether or not the pixel was loaded.
            case CLICKED -> new Reactions(opened | bit, clicked | bit, converted);
            case CONVERTED -> new Reactions(opened, clicked, converted | bit);
        };
    }

    /** @param step null: at any */
    boolean has(Kind kind, Integer step) {
        long bits = switch (kind) {
            case OPENED -> opened;
            case CLICKED -> clicked;
            case CONVERTED -> converted;
        };
        return step == null ? bits != 0 : (bits & 1L << step) != 0;
    }
}
