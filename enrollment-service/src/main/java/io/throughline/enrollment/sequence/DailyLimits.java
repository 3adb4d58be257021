package io.throughline.enrollment.sequence;

import io.throughline.enrollment.sequence.Decision.Send;
import io.throughline.enrollment.sequence.Decision.Wait;
import io.throughline.enrollment.sequence.SequenceStore.Due;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * How many messages an address sends on a day. The rows of the days are locked until the transaction ends, in one order, so
 * replicas take turns on an address and together stay within its limit. Two statements however many steps; none while no
 * instance of the tenant limits the address.
 */
@Singleton
class DailyLimits {

    private final Sql sql;

    DailyLimits(Sql sql) {
        this.sql = sql;
    }

    /** @param day where the instance is at home: in its schedule's zone */
    private record SenderDay(UUID tenantId, String address, LocalDate day) {

        static SenderDay of(Send send) {
            return new SenderDay(
                    send.due().standing().tenantId(),
                    send.step().sender().address(),
                    send.due().now().atZone(send.step().window().zone()).toLocalDate());
        }
    }

    private static final class Count {
        private int planned;
        private int turnedAway;

        Count(int planned, int turnedAway) {
            this.planned = planned;
            this.turnedAway = turnedAway;
        }
    }

    /** The same decisions, but those to send for which there is no room any more wait for another day. */
    List<Decision> keep(List<Decision> decisions) {
        List<SenderDay> days = decisions.stream()
                .filter(decision ->
                        decision instanceof Send send && send.step().sender().counted())
                .map(decision -> SenderDay.of((Send) decision))
                .distinct()
                .toList();
        if (days.isEmpty()) {
            return decisions;
        }
        Map<SenderDay, Count> counts = lock(days);
        List<Decision> kept = new ArrayList<>(decisions.size());
        for (Decision decision : decisions) {
            kept.add(
                    decision instanceof Send send && send.step().sender().counted()
                            ? within(send, counts.get(SenderDay.of(send)))
                            : decision);
        }
        count(counts);
        return kept;
    }

    private static Decision within(Send send, Count count) {
        Integer limit = send.step().sender().dailyLimit();
        if (limit == null || count.planned < limit) {
            count.planned++;
            return send;
        }
        return new Wait(send.due(), nextDay(send.due(), send.step(), count.turnedAway++));
    }

    /** In the order in which they were due, a millisecond apart, so that nobody is passed by on the other day. */
    private static Instant nextDay(Due due, Step step, int place) {
        LocalDate tomorrow =
                due.now().atZone(step.window().zone()).toLocalDate().plusDays(1);
        return step.window()
                .opening(
                        tomorrow.atStartOfDay(step.window().zone()).toInstant(),
                        step.window().zone(due.recipient().timeZone()))
                .plusMillis(place);
    }

    private Map<SenderDay, Count> lock(Collection<SenderDay> days) {
        Map<SenderDay, Count> counts = new HashMap<>();
        sql.list(
                """
                INSERT INTO sender_day AS stored (tenant_id, sender_address, day)
                SELECT * FROM unnest(?, ?, ?) AS given(tenant_id, sender_address, day)
                ORDER BY tenant_id, sender_address, day
                ON CONFLICT ON CONSTRAINT sender_day_pk DO UPDATE SET planned = stored.planned
                RETURNING tenant_id, sender_address, day, planned, turned_away
                """,
                row -> counts.put(
                        new SenderDay(row.uuid("tenant_id"), row.text("sender_address"), row.date("day")),
                        new Count(row.integer("planned"), row.integer("turned_away"))),
                Sql.column("uuid", days, SenderDay::tenantId),
                Sql.column("text", days, SenderDay::address),
                Sql.column("date", days, SenderDay::day));
        return counts;
    }

    private void count(Map<SenderDay, Count> counts) {
        List<Map.Entry<SenderDay, Count>> rows = List.copyOf(counts.entrySet());
        sql.update(
                """
                UPDATE sender_day SET planned = given.planned, turned_away = given.turned_away
                FROM unnest(?, ?, ?, ?, ?) AS given(tenant_id, sender_address, day, planned, turned_away)
                WHERE sender_day.tenant_id = given.tenant_id AND sender_day.sender_address = given.sender_address
                  AND sender_day.day = given.day
                """,
                Sql.column("uuid", rows, row -> row.getKey().tenantId()),
                Sql.column("text", rows, row -> row.getKey().address()),
                Sql.column("date", rows, row -> row.getKey().day()),
                Sql.column("integer", rows, row -> row.getValue().planned),
                Sql.column("integer", rows, row -> row.getValue().turnedAway));
    }
}
