package io.throughline.enrollment.instance;

import java.util.UUID;

/** What must be known of an instance to enroll into it. */
public record InstanceCopy(UUID id, String status) {

    /** Whether it will never send again. */
    public boolean closed() {
        return status.equals("completed") || status.equals("archived");
    }
}
