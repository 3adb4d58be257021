package io.throughline.campaign.account;

import io.throughline.events.Topics;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Accounts in SQL. A change is one statement and the two of its event; reading is one. */
@Singleton
class AccountStore {

    private final Sql sql;
    private final Outbox outbox;
    private final Clock clock;

    AccountStore(Sql sql, Outbox outbox, Clock clock) {
        this.sql = sql;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** A key as its tenant sees it: neither the key nor its hash. */
    record KeyView(UUID keyId, UUID userId, String name, List<String> scopes, Instant expiresAt, Instant createdAt) {}

    /** @param userId the tenant's first user */
    record DefaultTenant(UUID tenantId, UUID userId) {}

    void addTenant(String name, boolean isDefault, ApiKeyRecord key) {
        sql.inTransaction(() -> {
            sql.update(
                    """
                    WITH added_tenant AS (
                        INSERT INTO tenant (tenant_id, name, is_default, created_at) VALUES (?, ?, ?, ?)
                    )
                    INSERT INTO tenant_user (user_id, tenant_id, created_at) VALUES (?, ?, ?)
                    """,
                    key.tenantId(),
                    name,
                    isDefault,
                    clock.instant(),
                    key.userId(),
                    key.tenantId(),
                    clock.instant());
            addKey(key);
        });
    }

    void addKey(ApiKeyRecord key) {
        sql.inTransaction(() -> {
            sql.update(
                    """
                    INSERT INTO api_key (key_id, tenant_id, user_id, name, key_hash, scopes, expires_at, created_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    key.keyId(),
                    key.tenantId(),
                    key.userId(),
                    key.name(),
                    key.keyHash(),
                    Sql.array("text", key.scopes()),
                    key.expiresAt(),
                    clock.instant());
            publish(key.tenantId(), key.keyId(), key);
        });
    }

    /** Deletes a key that can do no more than the given scopes; whether it did. */
    boolean deleteKey(UUID tenantId, UUID keyId, Collection<String> scopes) {
        return sql.inTransaction(() -> {
            int deleted = sql.update(
                    "DELETE FROM api_key WHERE tenant_id = ? AND key_id = ? AND scopes <@ ?",
                    tenantId,
                    keyId,
                    Sql.array("text", scopes));
            if (deleted == 1) {
                publish(tenantId, keyId, null);
            }
            return deleted == 1;
        });
    }

    boolean hasKey(UUID tenantId, UUID keyId) {
        return sql.one(
                "SELECT EXISTS (SELECT FROM api_key WHERE tenant_id = ? AND key_id = ?) AS known",
                row -> row.flag("known"),
                tenantId,
                keyId);
    }

    /** Newest first, one more than the limit. */
    List<KeyView> keys(UUID tenantId, Cursor after, int limit) {
        return sql.list(
                """
                SELECT key_id, user_id, name, array_to_string(scopes, ',') AS scopes, expires_at, created_at
                FROM api_key WHERE tenant_id = ? AND (?::uuid IS NULL OR key_id < ?)
                ORDER BY key_id DESC LIMIT ?
                """,
                AccountStore::view,
                tenantId,
                after == null ? null : after.uuid(0),
                after == null ? null : after.uuid(0),
                limit + 1);
    }

    /** Of all tenants: asked only at the start, for the operator's own key. */
    boolean knowsHash(String keyHash) {
        return sql.one(
                "SELECT EXISTS (SELECT FROM api_key WHERE key_hash = ?) AS known", row -> row.flag("known"), keyHash);
    }

    Optional<DefaultTenant> defaultTenant() {
        return sql.first("""
                SELECT tenant.tenant_id, tenant_user.user_id FROM tenant JOIN tenant_user USING (tenant_id)
                WHERE tenant.is_default ORDER BY tenant_user.user_id LIMIT 1
                """, row -> new DefaultTenant(row.uuid("tenant_id"), row.uuid("user_id")));
    }

    /** Until the end of the transaction no other replica is past this line. */
    void awaitTurn() {
        sql.list("SELECT pg_advisory_xact_lock(hashtext('bootstrap'), hashtext(current_schema()))", row -> true);
    }

    private void publish(UUID tenantId, UUID keyId, ApiKeyRecord key) {
        outbox.publish(OutboundEvent.of(Topics.ACCOUNT_KEYS, keyId, ApiKeyRecord.TYPE, tenantId, key));
    }

    private static KeyView view(Row row) {
        return new KeyView(
                row.uuid("key_id"),
                row.uuid("user_id"),
                row.text("name"),
                List.of(row.text("scopes").split(",")),
                row.instant("expires_at"),
                row.instant("created_at"));
    }
}
