package io.throughline.jobs.job;

import io.throughline.platform.http.ErrorCode;

public enum JobErrors implements ErrorCode {
    FINISHED("job_finished", 409, "The job has ended already"),
    NOT_RETRYABLE("job_not_retryable", 409, "Only a failed or cancelled job can be retried"),
    UNIQUE_KEY_TAKEN("unique_key_taken", 409, "Another unfinished job has the same unique key"),
    BAD_SIGNATURE("bad_signature", 401, "The request is not signed by whom it names");

    private final String code;
    private final int status;
    private final String title;

    JobErrors(String code, int status, String title) {
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
