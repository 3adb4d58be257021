package io.throughline.jobs.queue;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * <pre>{@code
 * stateDiagram-v2
 *   [*] --> pending
 *   pending --> processing : claimed
 *   processing --> pending : failed attempt, lost lease, handed back
 *   processing --> completed
 *   processing --> failed : last attempt, for good, or three dead workers in a row
 *   pending --> cancelled
 *   processing --> cancelled
 *   failed --> pending : retried by hand
 *   cancelled --> pending : retried by hand
 * }</pre>
 */
public enum JobStatus {
    PENDING,
    PROCESSING,
    COMPLETED,
    FAILED,
    CANCELLED;

    public static Optional<JobStatus> named(String name) {
        return Arrays.stream(values()).filter(each -> each.wire().equals(name)).findFirst();
    }

    /** As clients and the database write it. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
