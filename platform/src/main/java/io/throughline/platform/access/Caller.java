package io.throughline.platform.access;

import java.util.Set;
import java.util.UUID;

/**
 * Who asks. Every query is bound to {@code tenantId}; personal data to {@code userId} too.
 *
 * @param scopes subset of {@code read}, {@code write}, {@code admin}
 */
public record Caller(UUID tenantId, UUID userId, UUID keyId, Set<String> scopes) {}
