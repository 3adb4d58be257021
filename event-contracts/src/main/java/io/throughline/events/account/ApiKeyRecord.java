package io.throughline.events.account;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What every service must know to check an API key without a call. Topic {@code account.keys.v1}, key: {@code keyId};
 * a deleted key is a tombstone (null value).
 *
 * @param keyHash lower-case hex SHA-256 of the whole key as the client sends it; the key itself is stored nowhere
 * @param scopes subset of {@code read}, {@code write}, {@code admin}
 * @param expiresAt null: never
 */
public record ApiKeyRecord(
        UUID keyId, UUID tenantId, UUID userId, String name, String keyHash, List<String> scopes, Instant expiresAt) {

    public static final String TYPE = "io.throughline.account.key";
}
