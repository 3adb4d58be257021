package io.throughline.platform.http;

/** Errors that any service may answer with. */
public enum CommonErrors implements ErrorCode {
    MALFORMED("malformed_request", 400, "The request cannot be read"),
    UNAUTHENTICATED("unauthenticated", 401, "An API key is needed"),
    FORBIDDEN("insufficient_scope", 403, "The API key may not do this"),
    NOT_FOUND("not_found", 404, "There is no such resource"),
    METHOD_NOT_ALLOWED("method_not_allowed", 405, "The resource does not support this method"),
    NOT_ACCEPTABLE("not_acceptable", 406, "The answer is not available in that form"),
    CONFLICT("conflict", 409, "The resource is not in a state for this"),
    TOO_LARGE("too_large", 413, "The request is too large"),
    UNSUPPORTED_MEDIA_TYPE("unsupported_media_type", 415, "The content type is not supported here"),
    VALIDATION("validation_failed", 422, "The request is not acceptable"),
    INTERNAL("internal_error", 500, "Something broke on our side"),
    UNAVAILABLE("service_unavailable", 503, "A part of the suite does not answer");

    private final String code;
    private final int status;
    private final String title;

    CommonErrors(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }
}
