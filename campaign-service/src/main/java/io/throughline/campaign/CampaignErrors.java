package io.throughline.campaign;

import io.throughline.platform.http.ErrorCode;

/** What can go wrong in this service beyond {@link io.throughline.platform.http.CommonErrors}. */
public enum CampaignErrors implements ErrorCode {
    ILLEGAL_TRANSITION("illegal_transition", 409, "The instance is not in a state for this"),
    CHANGED_MEANWHILE("precondition_failed", 412, "The resource has changed since it was read");

    private final String code;
    private final int status;
    private final String title;

    CampaignErrors(String code, int status, String title) {
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
