package io.throughline.enrollment.contact;

import java.util.UUID;

/** One contact has become part of another; observers act in the same transaction. */
public record ContactsMerged(UUID tenantId, UUID survivorId, UUID mergedId) {}
