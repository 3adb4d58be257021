package io.throughline.platform.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A request that ends in an error, in the words of RFC 9457. Features throw it; {@link ProblemMappers} renders it. */
public final class Problem extends RuntimeException {

    private final transient ErrorCode error;
    private final transient List<FieldError> errors = new ArrayList<>();
    private Duration retryAfter;

    /** @param pointer JSON pointer (RFC 6901) into the request body, or {@code /name} of a query parameter */
    public record FieldError(String pointer, String detail) {}

    public Problem(ErrorCode error, String detail) {
        super(detail);
        this.error = error;
    }

    public Problem(ErrorCode error, String detail, Throwable cause) {
        super(detail, cause);
        this.error = error;
    }

    /** Another tenant's row answers with exactly this, too. */
    public static Problem notFound(String what, Object id) {
        return new Problem(CommonErrors.NOT_FOUND, "There is no " + what + " " + id + ".");
    }

    /** All field errors at once. */
    public static Problem invalid(List<FieldError> errors) {
        Problem problem = new Problem(
                CommonErrors.VALIDATION,
                errors.size() == 1
                        ? errors.getFirst().pointer() + " " + errors.getFirst().detail()
                        : errors.size() + " fields are not acceptable; see errors.");
        problem.errors.addAll(errors);
        return problem;
    }

    public Problem at(String pointer, String detail) {
        errors.add(new FieldError(pointer, detail));
        return this;
    }

    /** When asking again may help; sent as {@code Retry-After} in whole seconds. */
    public Problem retryAfter(Duration wait) {
        this.retryAfter = wait;
        return this;
    }

    /** Null when nothing is known; a 503 then asks for the shortest wait. */
    public Duration retryAfter() {
        return retryAfter;
    }

    public ErrorCode error() {
        return error;
    }

    public List<FieldError> errors() {
        return errors;
    }
}
