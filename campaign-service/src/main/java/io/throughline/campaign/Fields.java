package io.throughline.campaign;

import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a request, so that a client hears of all of it at once. */
public final class Fields {

    private final List<Problem.FieldError> errors = new ArrayList<>();

    /** The body itself; an empty one is a 400. */
    public static <T> T body(T body) {
        if (body == null) {
            throw new Problem(CommonErrors.MALFORMED, "The request needs a JSON body.");
        }
        return body;
    }

    public void refuse(String pointer, String detail) {
        errors.add(new Problem.FieldError(pointer, detail));
    }

    /** A text that must be there, not blank and at most {@code max} characters; whether it is. */
    public boolean text(String pointer, String value, int max) {
        if (value == null || value.isBlank()) {
            refuse(pointer, "is required");
            return false;
        }
        return optionalText(pointer, value, max);
    }

    public boolean optionalText(String pointer, String value, int max) {
        if (value == null) {
            return true;
        }
        if (value.length() > max) {
            refuse(pointer, "must have at most " + max + " characters");
            return false;
        }
        if (!isStorable(value)) {
            refuse(pointer, "must not contain NUL or half a surrogate pair");
            return false;
        }
        return true;
    }

    /** PostgreSQL stores every character but NUL. */
    public static boolean isStorable(String value) {
        return value.codePoints().noneMatch(point -> point == 0 || Character.getType(point) == Character.SURROGATE);
    }

    public static boolean isOneLine(String value) {
        return value.indexOf('\r') < 0 && value.indexOf('\n') < 0;
    }

    /** Ends the request with a 422 if anything was refused. */
    public void check() {
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
    }
}
