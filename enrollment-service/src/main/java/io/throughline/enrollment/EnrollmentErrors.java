package io.throughline.enrollment;

import io.throughline.platform.http.ErrorCode;

/** What only this service answers with. */
public enum EnrollmentErrors implements ErrorCode {
    CONTACT_EXISTS("contact_exists", 409, "A contact with this email exists"),
    SEGMENT_EXISTS("segment_exists", 409, "A segment with this name exists"),
    INSTANCE_CLOSED("instance_closed", 409, "The instance takes no more enrollments"),
    ILLEGAL_TRANSITION("illegal_transition", 409, "The enrollment is not in a state for this");

    private final String code;
    private final int status;
    private final String title;

    EnrollmentErrors(String code, int status, String title) {
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
