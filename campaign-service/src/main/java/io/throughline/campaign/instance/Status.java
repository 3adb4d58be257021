package io.throughline.campaign.instance;

import com.fasterxml.jackson.annotation.JsonValue;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.persistence.EnumeratedValue;
import java.util.Arrays;

/** Where an instance is; {@link Instance} draws how it moves. */
enum Status {
    DRAFT("draft"),
    ACTIVE("active"),
    PAUSED("paused"),
    COMPLETED("completed"),
    ARCHIVED("archived");

    /** As stored, sent and published. */
    @JsonValue
    @EnumeratedValue
    private final String word;

    Status(String word) {
        this.word = word;
    }

    /** Null for null; an unknown word is a 422 on {@code /status}. */
    static Status parse(String word) {
        return word == null
                ? null
                : Arrays.stream(values())
                        .filter(status -> status.word.equals(word))
                        .findFirst()
                        .orElseThrow(() -> new Problem(CommonErrors.VALIDATION, "There is no status " + word + ".")
                                .at("/status", "must be one of draft, active, paused, completed, archived"));
    }

    @Override
    public String toString() {
        return word;
    }
}
