package io.throughline.jobs.queue;

/** A run that came to a bad end for a known reason. */
public final class JobFailure extends RuntimeException {

    private final String code;
    private final boolean permanent;

    private JobFailure(String code, String message, boolean permanent) {
        super(message);
        this.code = code;
        this.permanent = permanent;
    }

    /** Another attempt would end the same way. */
    public static JobFailure permanent(String code, String message) {
        return new JobFailure(code, message, true);
    }

    /** Worth another attempt, after the usual wait. */
    public static JobFailure passing(String code, String message) {
        return new JobFailure(code, message, false);
    }

    public String code() {
        return code;
    }

    boolean permanent() {
        return permanent;
    }
}
