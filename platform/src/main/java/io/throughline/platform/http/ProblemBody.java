package io.throughline.platform.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/** {@code application/problem+json} (RFC 9457) with our {@code success}, {@code code} and {@code requestId}. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProblemBody(
        @JsonInclude boolean success,
        String type,
        String title,
        int status,
        String detail,
        String code,
        String instance,
        List<Problem.FieldError> errors,
        String requestId) {

    public static final String MEDIA_TYPE = "application/problem+json";

    public static ProblemBody of(
            ErrorCode error, String detail, List<Problem.FieldError> errors, String path, String requestId) {
        return new ProblemBody(
                false,
                "urn:throughline:problem:" + error.code(),
                error.title(),
                error.status(),
                detail,
                error.code(),
                path,
                List.copyOf(errors),
                requestId);
    }
}
