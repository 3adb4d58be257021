package io.throughline.local.stack;

/** Something the user must know and can act on: one sentence, and the next command to type. Shown without a trace. */
public final class StackFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StackFailure(String sentence, String next) {
        super(sentence + "\n  Next: " + next);
    }

    public StackFailure(String sentence, String next, Throwable cause) {
        super(sentence + "\n  Next: " + next, cause);
    }
}
