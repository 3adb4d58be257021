package io.throughline.analytics;

import io.throughline.platform.http.ErrorCode;

/** What can go wrong in this service beyond {@link io.throughline.platform.http.CommonErrors}. */
public enum AnalyticsErrors implements ErrorCode {
    TOO_MANY_STREAMS("too_many_streams", 429, "There are as many streams as there may be");

    private final String code;
    private final int status;
    private final String title;

    AnalyticsErrors(String code, int status, String title) {
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
