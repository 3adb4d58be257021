package io.throughline.jobs.push;

import io.throughline.jobs.queue.Chore;
import io.throughline.platform.access.ApiKeys;
import io.throughline.platform.access.Caller;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** One-time tickets, in a table so that any replica takes them. Each method is one statement. */
@Singleton
class Tickets implements Chore {

    private final Sql sql;
    private final PushSettings settings;

    Tickets(Sql sql, PushSettings settings) {
        this.sql = sql;
        this.settings = settings;
    }

    /** As it is shown, once. */
    record Ticket(String ticket, Instant expiresAt) {}

    Ticket issue(Caller caller) {
        String ticket = ApiKeys.generate().replace("tlk_", "tls_");
        return sql.one(
                """
                INSERT INTO stream_ticket (ticket_hash, tenant_id, user_id, key_id, scopes, expires_at)
                VALUES (?, ?, ?, ?, ?, clock_timestamp() + ? * interval '1 millisecond') RETURNING expires_at
                """,
                row -> new Ticket(ticket, row.instant("expires_at")),
                ApiKeys.hash(ticket),
                caller.tenantId(),
                caller.userId(),
                caller.keyId(),
                Sql.array("text", caller.scopes()),
                settings.ticketLife().toMillis());
    }

    /** The caller it was issued to; empty when it is unknown, used or too old. It is gone afterwards. */
    Optional<Caller> redeem(String ticket) {
        return sql
                .list(
                        """
                        DELETE FROM stream_ticket WHERE ticket_hash = ?
                        RETURNING tenant_id, user_id, key_id, array_to_string(scopes, ',') AS scopes,
                                  expires_at > clock_timestamp() AS valid
                        """,
                        row -> row.flag("valid")
                                ? Optional.of(new Caller(
                                        row.uuid("tenant_id"),
                                        row.uuid("user_id"),
                                        row.uuid("key_id"),
                                        Set.copyOf(
                                                Arrays.asList(row.text("scopes").split(",")))))
                                : Optional.<Caller>empty(),
                        ApiKeys.hash(ticket))
                .stream()
                .findFirst()
                .flatMap(caller -> caller);
    }

    @Override
    public void run() {
        sql.update("""
                DELETE FROM stream_ticket WHERE ticket_hash IN (
                    SELECT ticket_hash FROM stream_ticket WHERE expires_at < clock_timestamp() - interval '1 minute'
                    LIMIT 10000)
                """);
    }
}
