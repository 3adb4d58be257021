package io.throughline.enrollment.instance;

import java.util.UUID;

/**
 * What must be known of an instance to enroll into it.
 *
 * @param reentry whether who has come to the end may be enrolled again
 */
public record InstanceCopy(UUID id, String status, boolean reentry) {

    /** Whether it will never send again. */
    public boolean closed() {
        return status.equals("completed") || status.equals("archived");
    }
}
