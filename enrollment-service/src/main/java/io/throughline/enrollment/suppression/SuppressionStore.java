package io.throughline.enrollment.suppression;

import io.throughline.enrollment.contact.ContactDeleted;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.AddressSuppressed;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of {@code suppression}, each change with its event: one statement and a wake-up, however many. */
@Singleton
class SuppressionStore {

    private final Sql sql;
    private final AddressHashes hashes;
    private final Outbox outbox;

    SuppressionStore(Sql sql, AddressHashes hashes, Outbox outbox) {
        this.sql = sql;
        this.hashes = hashes;
        this.outbox = outbox;
    }

    /** @param email normalised */
    record Wanted(UUID tenantId, String email, SuppressionReason reason) {}

    /** How many were not suppressed before. Of several reasons, the ones stored included, the weightiest stays. */
    long add(Collection<Wanted> wanted) {
        if (wanted.isEmpty()) {
            return 0;
        }
        long added = sql.one(
                """
                WITH weight AS (SELECT ?::text[] AS levels),
                given AS (
                    SELECT DISTINCT ON (address_hash) given.*
                    FROM unnest(?, ?, ?, ?) AS given(tenant_id, address_hash, email, reason), weight
                    ORDER BY address_hash, array_position(levels, reason) DESC
                ), kept AS (
                    INSERT INTO suppression AS stored (tenant_id, address_hash, email, reason)
                    SELECT tenant_id, address_hash, email, reason FROM given ORDER BY address_hash
                    ON CONFLICT ON CONSTRAINT suppression_pk DO UPDATE SET reason = excluded.reason
                    WHERE array_position((SELECT levels FROM weight), stored.reason)
                        < array_position((SELECT levels FROM weight), excluded.reason)
                    RETURNING stored.tenant_id, stored.address_hash, OLD.id IS NULL AS added
                ), told AS (
                    INSERT INTO outbox (topic, key, type, tenant_id, trace_parent, payload)
                    SELECT ?, encode(address_hash, 'hex'), ?, tenant_id, ?,
                           jsonb_build_object('addressHash', encode(address_hash, 'hex'), 'suppressed', true)
                    FROM kept WHERE added
                )
                SELECT count(*) FILTER (WHERE added) AS added FROM kept
                """,
                row -> row.number("added"),
                Sql.array("text", SuppressionReason.texts()),
                Sql.column("uuid", wanted, Wanted::tenantId),
                Sql.column("bytea", wanted, each -> hashes.of(each.tenantId(), each.email())),
                Sql.column("text", wanted, Wanted::email),
                Sql.column("text", wanted, each -> each.reason().text()),
                Topics.CONTACT_SUPPRESSIONS,
                AddressSuppressed.TYPE,
                TraceParent.current());
        if (added > 0) {
            outbox.wakeRelay();
        }
        return added;
    }

    /** Whether it was suppressed. */
    boolean remove(UUID tenantId, String email) {
        return sql.inTransaction(() -> {
            boolean removed = sql.update(
                            """
                            WITH removed AS (
                                DELETE FROM suppression WHERE tenant_id = ? AND address_hash = ? RETURNING *
                            )
                            INSERT INTO outbox (topic, key, type, tenant_id, trace_parent, payload)
                            SELECT ?, encode(address_hash, 'hex'), ?, tenant_id, ?,
                                   jsonb_build_object('addressHash', encode(address_hash, 'hex'), 'suppressed', false)
                            FROM removed
                            """,
                            tenantId,
                            hashes.of(tenantId, email),
                            Topics.CONTACT_SUPPRESSIONS,
                            AddressSuppressed.TYPE,
                            TraceParent.current())
                    > 0;
            if (removed) {
                outbox.wakeRelay();
            }
            return removed;
        });
    }

    /** Also of a person who was erased: whoever asks knows the address already. */
    Optional<Suppression> find(UUID tenantId, String email) {
        return sql.first(
                "SELECT " + Suppression.COLUMNS + " FROM suppression WHERE tenant_id = ? AND address_hash = ?",
                Suppression::of,
                tenantId,
                hashes.of(tenantId, email));
    }

    /** Newest first, one more than the limit. @param reason null: any */
    List<Suppression> page(UUID tenantId, SuppressionReason reason, Cursor after, int limit) {
        UUID last = after == null ? new UUID(-1, -1) : after.uuid(0);
        String newest = "ORDER BY id DESC LIMIT ?";
        String all = "SELECT " + Suppression.COLUMNS + " FROM suppression WHERE tenant_id = ? AND id < ? ";
        return reason == null
                ? sql.list(all + newest, Suppression::of, tenantId, last, limit + 1)
                : sql.list(all + "AND reason = ? " + newest, Suppression::of, tenantId, last, reason.text(), limit + 1);
    }

    /** An address of which it is asked whether it may be written to. */
    record Asked(UUID tenantId, byte[] addressHash) {}

    record Found(String addressHash, SuppressionReason reason) {}

    List<Found> among(Collection<Asked> addresses) {
        return sql.list(
                """
                SELECT address_hash, reason FROM unnest(?, ?) AS asked(tenant_id, address_hash)
                JOIN suppression USING (tenant_id, address_hash)
                """,
                row -> new Found(
                        HexFormat.of().formatHex(row.bytes("address_hash")),
                        SuppressionReason.of(row.text("reason")).orElseThrow()),
                Sql.column("uuid", addresses, Asked::tenantId),
                Sql.column("bytea", addresses, Asked::addressHash));
    }

    /** The person goes, the hash stays: they must not be written to after the next import either. */
    void forget(@Observes ContactDeleted deleted) {
        sql.update(
                "UPDATE suppression SET email = NULL WHERE tenant_id = ? AND address_hash = ANY (?)",
                deleted.tenantId(),
                Sql.column("bytea", deleted.emails(), email -> hashes.of(deleted.tenantId(), email)));
    }
}
