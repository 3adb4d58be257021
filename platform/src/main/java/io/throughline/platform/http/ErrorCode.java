package io.throughline.platform.http;

/** What can go wrong, by name. Each service has one enum of these; {@link CommonErrors} holds what all share. */
public interface ErrorCode {

    /** Stable, lower-case with underscores; clients switch on it. */
    String code();

    /** HTTP status. */
    int status();

    /** Short and the same for every occurrence. */
    String title();
}
