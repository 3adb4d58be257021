package io.throughline.chat.budget;

import io.throughline.platform.access.Caller;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/**
 * What was spent on a day: a row per user and one per tenant. Reading both is one statement, adding to both is one, and
 * usually part of the one that keeps the turn. The tenant's row is locked for a commit by each of its turns.
 */
@Singleton
public class Spending {

    /** Parameters: {@link #parameters}. The rows are locked in the same order by everybody: the user's, the tenant's. */
    public static final String ADD = """
            INSERT INTO spending (tenant_id, day, user_id, requests, tokens, cost_micros)
            SELECT ?::uuid, ?::date, who, ?::bigint, ?::bigint, ?::bigint
            FROM unnest(ARRAY[?::uuid, '00000000-0000-0000-0000-000000000000']) AS who
            ON CONFLICT (tenant_id, day, user_id) DO UPDATE
            SET requests = spending.requests + excluded.requests, tokens = spending.tokens + excluded.tokens,
                cost_micros = spending.cost_micros + excluded.cost_micros
            """;

    private static final UUID TENANT = new UUID(0, 0);

    private final Sql sql;
    private final Clock clock;

    Spending(Sql sql, Clock clock) {
        this.sql = sql;
        this.clock = clock;
    }

    record Spent(long requests, long tokens, long micros) {

        static final Spent NOTHING = new Spent(0, 0, 0);
    }

    record Today(Spent user, Spent tenant) {}

    Today today(Caller caller) {
        Spent[] found = {Spent.NOTHING, Spent.NOTHING};
        sql.each(
                """
                SELECT user_id, requests, tokens, cost_micros
                FROM spending
                WHERE tenant_id = ? AND day = ? AND user_id IN (?, ?)
                """,
                row -> found[row.uuid("user_id").equals(TENANT) ? 1 : 0] =
                        new Spent(row.number("requests"), row.number("tokens"), row.number("cost_micros")),
                caller.tenantId(),
                day(),
                caller.userId(),
                TENANT);
        return new Today(found[0], found[1]);
    }

    /** For a question that ended without a turn but cost something. */
    public void add(Caller caller, long requests, long tokens, long micros) {
        sql.update(ADD, parameters(caller, requests, tokens, micros).toArray());
    }

    public List<Object> parameters(Caller caller, long requests, long tokens, long micros) {
        return List.of(caller.tenantId(), day(), requests, tokens, micros, caller.userId());
    }

    /** Days before this one are of no use to any bound. */
    public int removeBefore(LocalDate day, int batch) {
        return sql.update("""
                DELETE FROM spending
                WHERE (tenant_id, day, user_id) IN (SELECT tenant_id, day, user_id FROM spending WHERE day < ? LIMIT ?)
                """, day, batch);
    }

    LocalDate day() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
