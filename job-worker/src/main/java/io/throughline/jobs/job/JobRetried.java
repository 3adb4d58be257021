package io.throughline.jobs.job;

import java.util.UUID;

/** Told to this service's features, in its transaction, when somebody has asked for a failed or cancelled job again. */
public record JobRetried(UUID tenantId, UUID jobId, String type) {}
