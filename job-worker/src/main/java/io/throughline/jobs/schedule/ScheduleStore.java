package io.throughline.jobs.schedule;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.jobs.queue.Priority;
import io.throughline.jobs.schedule.Schedule.Wanted;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Each method is one statement. */
@Singleton
class ScheduleStore {

    /** A slot that has come and is not fired yet stays due when the times are as they were. */
    private static final String PUT = """
            INSERT INTO schedule (id, tenant_id, user_id, name, cron, time_zone, type, parameters, priority, missed, enabled,
                                  next_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?)
            ON CONFLICT (tenant_id, name) DO UPDATE SET
                user_id = excluded.user_id, cron = excluded.cron, time_zone = excluded.time_zone, type = excluded.type,
                parameters = excluded.parameters, priority = excluded.priority, missed = excluded.missed,
                enabled = excluded.enabled,
                next_at = CASE WHEN (schedule.cron, schedule.time_zone, schedule.enabled)
                                  = (excluded.cron, excluded.time_zone, excluded.enabled)
                               THEN coalesce(schedule.next_at, excluded.next_at) ELSE excluded.next_at END,
                updated_at = clock_timestamp()
            RETURNING *, xmax = 0 AS created
            """;

    private final Sql sql;
    private final Json json;

    ScheduleStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /** By the database's clock. */
    Instant now() {
        return sql.one("SELECT clock_timestamp() AS now", row -> row.instant("now"));
    }

    /** @param created false: it was there and was replaced */
    record Put(Schedule schedule, boolean created) {}

    /** @param now from where on it fires, if it is new or its times are others than before */
    Put put(UUID tenantId, UUID userId, String name, Wanted wanted, Instant now) {
        return sql.one(
                PUT,
                row -> new Put(schedule(row), row.flag("created")),
                Ids.next(),
                tenantId,
                userId,
                name,
                wanted.cron(),
                wanted.timeZone(),
                wanted.type(),
                json.text(wanted.parameters()),
                wanted.priority().ordinal(),
                wanted.missed().wire(),
                wanted.enabled(),
                wanted.enabled() ? wanted.parsed().next(now).orElse(null) : null);
    }

    /** Nothing happens when it is there; its jobs wait for one another. */
    void addOwn(UUID tenantId, String name, Wanted wanted, Instant now) {
        sql.update(
                """
                INSERT INTO schedule (id, tenant_id, user_id, name, cron, time_zone, type, parameters, priority, missed,
                                      unique_key, enabled, next_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, true, ?)
                ON CONFLICT (tenant_id, name) DO NOTHING
                """,
                Ids.next(),
                tenantId,
                tenantId,
                name,
                wanted.cron(),
                wanted.timeZone(),
                wanted.type(),
                json.text(wanted.parameters()),
                wanted.priority().ordinal(),
                wanted.missed().wire(),
                name,
                wanted.parsed().next(now).orElseThrow());
    }

    Optional<Schedule> find(UUID tenantId, String name) {
        return sql.first("SELECT * FROM schedule WHERE tenant_id = ? AND name = ?", this::schedule, tenantId, name);
    }

    /** By name. @param after null: from the first */
    List<Schedule> list(UUID tenantId, String after, int limit) {
        return sql.list(
                "SELECT * FROM schedule WHERE tenant_id = ? AND name > ? ORDER BY name LIMIT ?",
                this::schedule,
                tenantId,
                after == null ? "" : after,
                limit);
    }

    boolean delete(UUID tenantId, String name) {
        return sql.update("DELETE FROM schedule WHERE tenant_id = ? AND name = ?", tenantId, name) == 1;
    }

    /** Those whose slot has come and that nobody else holds; held to the end of the caller's transaction. */
    List<Schedule> claim(Instant now, int limit) {
        return sql.list(
                "SELECT * FROM schedule WHERE next_at <= ? ORDER BY next_at, id LIMIT ? FOR UPDATE SKIP LOCKED",
                this::schedule,
                now,
                limit);
    }

    /** @param lastAt null, with {@code lastJobId}: no job was made */
    record Move(UUID id, Instant nextAt, Instant lastAt, UUID lastJobId) {}

    void move(List<Move> moves) {
        sql.update(
                """
                UPDATE schedule SET next_at = move.next_at, last_at = coalesce(move.last_at, schedule.last_at),
                                    last_job_id = coalesce(move.last_job_id, schedule.last_job_id)
                FROM unnest(?, ?, ?, ?) AS move(id, next_at, last_at, last_job_id)
                WHERE schedule.id = move.id
                """,
                Sql.column("uuid", moves, Move::id),
                Sql.column("timestamptz", moves, Move::nextAt),
                Sql.column("timestamptz", moves, Move::lastAt),
                Sql.column("uuid", moves, Move::lastJobId));
    }

    /** Until the nearest slot: negative when it has come, empty when there is none. */
    Optional<Duration> untilNext() {
        return sql.one(
                "SELECT min(next_at) AS next_at, clock_timestamp() AS now FROM schedule WHERE next_at IS NOT NULL",
                row -> Optional.ofNullable(row.instant("next_at"))
                        .map(next -> Duration.between(row.instant("now"), next)));
    }

    private Schedule schedule(Row row) {
        return new Schedule(
                row.uuid("id"),
                row.uuid("tenant_id"),
                row.uuid("user_id"),
                row.text("name"),
                new Wanted(
                        row.text("cron"),
                        row.text("time_zone"),
                        row.text("type"),
                        json.read(row.text("parameters"), new TypeReference<Map<String, Object>>() {}),
                        Priority.values()[row.integer("priority")],
                        Missed.named(row.text("missed")).orElseThrow(),
                        row.flag("enabled")),
                row.text("unique_key"),
                row.instant("next_at"),
                row.instant("last_at"),
                row.uuid("last_job_id"),
                row.instant("created_at"),
                row.instant("updated_at"));
    }
}
