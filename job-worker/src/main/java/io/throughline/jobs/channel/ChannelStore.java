package io.throughline.jobs.channel;

import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of {@code channel_endpoint}; each method is one statement. */
@Singleton
class ChannelStore {

    /** A new secret leaves the one before it valid until then; of three the first is gone. */
    private static final String PUT = """
            INSERT INTO channel_endpoint AS stored (tenant_id, channel, url, secret, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT ON CONSTRAINT channel_endpoint_pk DO UPDATE
            SET url = excluded.url, updated_at = excluded.updated_at,
                secret = CASE WHEN ? THEN excluded.secret ELSE stored.secret END,
                previous_secret = CASE WHEN ? THEN stored.secret ELSE stored.previous_secret END,
                previous_until = CASE WHEN ? THEN ? ELSE stored.previous_until END
            RETURNING stored.*, xmax = 0 AS fresh
            """;

    private static final String ROTATE = """
            UPDATE channel_endpoint
            SET previous_secret = secret, previous_until = ?, secret = ?, updated_at = ?
            WHERE tenant_id = ? AND channel = ?
            RETURNING *, false AS fresh
            """;

    private final Sql sql;

    ChannelStore(Sql sql) {
        this.sql = sql;
    }

    /** @param previousUntil null, like {@code previousSecret}: there is no other */
    record Stored(
            UUID tenantId,
            String channel,
            URI url,
            byte[] secret,
            byte[] previousSecret,
            Instant previousUntil,
            Instant createdAt,
            Instant updatedAt,
            boolean fresh) {}

    /** @param replacing whether an endpoint that is there takes the secret over, too */
    Stored put(UUID tenantId, String channel, URI url, byte[] secret, boolean replacing, Instant now, Instant until) {
        return sql.one(
                PUT,
                ChannelStore::stored,
                tenantId,
                channel,
                url.toString(),
                secret,
                now,
                now,
                replacing,
                replacing,
                replacing,
                until);
    }

    Optional<Stored> rotate(UUID tenantId, String channel, byte[] secret, Instant now, Instant until) {
        return sql.first(ROTATE, ChannelStore::stored, until, secret, now, tenantId, channel);
    }

    Optional<Stored> find(UUID tenantId, String channel) {
        return sql.first(
                "SELECT *, false AS fresh FROM channel_endpoint WHERE tenant_id = ? AND channel = ?",
                ChannelStore::stored,
                tenantId,
                channel);
    }

    List<Stored> list(UUID tenantId, String after, int limit) {
        return sql.list("""
                SELECT *, false AS fresh FROM channel_endpoint WHERE tenant_id = ? AND channel > ?
                ORDER BY channel LIMIT ?
                """, ChannelStore::stored, tenantId, after, limit);
    }

    boolean delete(UUID tenantId, String channel) {
        return sql.update("DELETE FROM channel_endpoint WHERE tenant_id = ? AND channel = ?", tenantId, channel) > 0;
    }

    private static Stored stored(Row row) {
        return new Stored(
                row.uuid("tenant_id"),
                row.text("channel"),
                URI.create(row.text("url")),
                row.bytes("secret"),
                row.bytes("previous_secret"),
                row.instant("previous_until"),
                row.instant("created_at"),
                row.instant("updated_at"),
                row.flag("fresh"));
    }
}
