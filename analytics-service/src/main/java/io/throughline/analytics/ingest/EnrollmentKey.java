package io.throughline.analytics.ingest;

import java.util.UUID;

/**
 * An enrollment of an instance, as a tenant calls it. Compared and hashed several times per event, so both are written out:
 * what the compiler makes for a record took a tenth of all time.
 */
record EnrollmentKey(UUID enrollmentId, UUID instanceId, UUID tenantId) {

    @Override
    public boolean equals(Object other) {
        return other instanceof EnrollmentKey key
                && enrollmentId.equals(key.enrollmentId)
                && instanceId.equals(key.instanceId)
                && tenantId.equals(key.tenantId);
    }

    @Override
    public int hashCode() {
        return enrollmentId.hashCode() * 31 + instanceId.hashCode();
    }
}
