package io.throughline.analytics.ingest;

import java.util.UUID;

/** An enrollment of an instance, as a tenant calls it. */
record EnrollmentKey(UUID enrollmentId, UUID instanceId, UUID tenantId) {}
