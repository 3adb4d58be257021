package io.throughline.jobs.workflow;

import java.util.Locale;

/**
 * <pre>{@code
 * stateDiagram-v2
 *   [*] --> waiting
 *   waiting --> running : all before it have ended
 *   waiting --> skipped : and its condition does not hold
 *   waiting --> cancelled : the workflow ended before it began
 *   running --> completed
 *   running --> failed
 *   running --> cancelled
 *   failed --> running : the workflow was retried by hand
 *   cancelled --> running : the workflow was retried by hand
 * }</pre>
 */
enum StepStatus {
    WAITING,
    RUNNING,
    COMPLETED,
    FAILED,
    SKIPPED,
    CANCELLED;

    /** As clients and the database write it. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    static StepStatus named(String wire) {
        return valueOf(wire.toUpperCase(Locale.ROOT));
    }
}
