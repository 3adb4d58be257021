package io.throughline.chat.asking;

import io.throughline.platform.http.ErrorCode;

/** What can go wrong in chat beyond what every service has. */
public enum ChatErrors implements ErrorCode {
    MODEL_UNAVAILABLE("model_unavailable", 503, "The language model does not answer"),
    CANCELLED("cancelled", 409, "The answer was cancelled");

    private final String code;
    private final int status;
    private final String title;

    ChatErrors(String code, int status, String title) {
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
