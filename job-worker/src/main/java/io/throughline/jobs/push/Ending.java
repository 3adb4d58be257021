package io.throughline.jobs.push;

/** Why the server ends a stream. The first four are told to the client. */
enum Ending {
    GOING_AWAY(1001, "going_away", "This replica shuts down; connect again with the last id."),
    TOO_SLOW(4008, "too_slow", "Messages were not read in time; connect again with the last id."),
    KEY_GONE(1008, "key_gone", "The API key was deleted or has expired."),
    TRY_AGAIN(1013, "try_again", "The stream cannot go on now; connect again with the last id."),
    /** The client has left. */
    LEFT(1000, "left", "");

    private final int webSocketCode;
    private final String code;
    private final String detail;

    Ending(int webSocketCode, String code, String detail) {
        this.webSocketCode = webSocketCode;
        this.code = code;
        this.detail = detail;
    }

    int webSocketCode() {
        return webSocketCode;
    }

    String code() {
        return code;
    }

    String detail() {
        return detail;
    }
}
