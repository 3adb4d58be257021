package io.throughline.chat.budget;

import io.throughline.platform.http.ErrorCode;

/** A bound that a question ran into. */
public enum BudgetErrors implements ErrorCode {
    USED_UP("budget_used_up", 429, "Today's budget for answers is used up"),
    TOO_MANY_AT_ONCE("too_many_streams", 429, "Too many answers are awaited at once");

    private final String code;
    private final int status;
    private final String title;

    BudgetErrors(String code, int status, String title) {
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
