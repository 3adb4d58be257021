package io.throughline.jobs.outside;

import io.quarkus.redis.datasource.RedisDataSource;
import io.vertx.mutiny.redis.client.Response;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The quota all replicas share, in Redis (6.2 or later), by Redis' clock; one command each for the beginning and the end of
 * a call. Redis being away is nobody's error: {@link #begin} says so, and nobody asks for 2 s.
 *
 * <p>{@code outside:{provider}:calls} holds the calls of the window, scored by when the provider heard them at the latest: a
 * call under way by the end of its lease, one that has ended by its end. So never more than the limit arrive in any window,
 * however long each is on its way. {@code …:slots} holds the calls under way, scored by the end of their lease: a replica
 * that dies gives them back by that. {@code …:pause} exists while the provider wants to be left alone; {@code …:spent:<day>}
 * counts calls and their cost in millionths.
 */
final class SharedQuota {

    /** To wait for a slot, whose end nobody knows. */
    static final Duration SOON = Duration.ofMillis(50);

    private static final Logger LOG = Logger.getLogger(SharedQuota.class);
    private static final Duration REST = Duration.ofSeconds(2);
    private static final Duration BEYOND_TIMEOUT = Duration.ofSeconds(5);
    private static final long MILLION = 1_000_000;

    private static final String BEGIN = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local limit, window, concurrency, lease = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
            local pause = redis.call('PTTL', KEYS[3])
            if pause > 0 then return pause end
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
            redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
            if redis.call('ZCARD', KEYS[1]) >= limit then
              local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
              return math.max(1, tonumber(first[2]) + window - now)
            end
            if redis.call('ZCARD', KEYS[2]) >= concurrency then return tonumber(ARGV[6]) end
            redis.call('ZADD', KEYS[1], now + lease, ARGV[1])
            redis.call('ZADD', KEYS[2], now + lease, ARGV[1])
            redis.call('PEXPIRE', KEYS[1], lease + window)
            redis.call('PEXPIRE', KEYS[2], lease)
            return 0
            """;

    private static final String END = """
            redis.call('ZREM', KEYS[2], ARGV[1])
            if ARGV[2] == '0' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
            local time = redis.call('TIME')
            redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + 1, ARGV[1])
            redis.call('PEXPIRE', KEYS[1], ARGV[3] + ARGV[4])
            redis.call('HINCRBY', KEYS[3], 'calls', 1)
            redis.call('HINCRBY', KEYS[3], 'cost', ARGV[5])
            return redis.call('EXPIRE', KEYS[3], 3456000)
            """;

    private static final String LOOK = """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            return {redis.call('ZCOUNT', KEYS[1], '(' .. string.format('%.0f', now - ARGV[1]), '+inf'),
                    redis.call('ZCOUNT', KEYS[2], '(' .. string.format('%.0f', now), '+inf'),
                    math.max(0, redis.call('PTTL', KEYS[3])),
                    tonumber(redis.call('HGET', KEYS[4], 'calls') or 0),
                    tonumber(redis.call('HGET', KEYS[4], 'cost') or 0)}
            """;

    private final RedisDataSource redis;
    private final OutsideSettings.Provider settings;
    private final Clock clock;
    private final String prefix;
    private final Duration lease;
    private volatile Instant restsUntil = Instant.MIN;

    SharedQuota(String provider, RedisDataSource redis, OutsideSettings.Provider settings, Clock clock) {
        this.redis = redis;
        this.settings = settings;
        this.clock = clock;
        this.prefix = "outside:{" + provider + "}:";
        this.lease = settings.timeout().plus(BEYOND_TIMEOUT);
    }

    /** Zero: the call may begin; else it may be worth asking again after so long. Empty: Redis does not answer. */
    Optional<Duration> begin(String call) {
        return run(
                        BEGIN,
                        new String[] {"calls", "slots", "pause"},
                        call,
                        text(settings.limit()),
                        text(settings.window().toMillis()),
                        text(settings.concurrency()),
                        text(lease.toMillis()),
                        text(SOON.toMillis()))
                .map(wait -> Duration.ofMillis(wait.toLong()));
    }

    /** @param cost of it; null: nothing was sent, and the call does not count */
    void end(String call, BigDecimal cost) {
        run(
                END,
                new String[] {"calls", "slots", today()},
                call,
                cost == null ? "0" : "1",
                text(lease.toMillis()),
                text(settings.window().toMillis()),
                text(cost == null ? 0 : micros(cost)));
    }

    /** Nobody begins a call until then. */
    void pause(Duration time) {
        if (!rests()) {
            attempt("SET", prefix + "pause", "1", "PX", text(Math.max(1, time.toMillis())));
        }
    }

    /** @param cost today, by UTC, as are the calls */
    record Standing(long used, long underWay, Duration pause, long calls, BigDecimal cost) {}

    /** Empty: Redis does not answer. */
    Optional<Standing> look() {
        return run(
                        LOOK,
                        new String[] {"calls", "slots", "pause", today()},
                        text(settings.window().toMillis()))
                .map(figures -> new Standing(
                        figures.get(0).toLong(),
                        figures.get(1).toLong(),
                        Duration.ofMillis(figures.get(2).toLong()),
                        figures.get(3).toLong(),
                        BigDecimal.valueOf(figures.get(4).toLong(), 6)));
    }

    private Optional<Response> run(String script, String[] keys, String... arguments) {
        if (rests()) {
            return Optional.empty();
        }
        String[] all = new String[2 + keys.length + arguments.length];
        all[0] = script;
        all[1] = text(keys.length);
        for (int i = 0; i < keys.length; i++) {
            all[2 + i] = prefix + keys[i];
        }
        System.arraycopy(arguments, 0, all, 2 + keys.length, arguments.length);
        return attempt("EVAL", all);
    }

    private Optional<Response> attempt(String command, String... arguments) {
        try {
            return Optional.ofNullable(redis.execute(command, arguments));
        } catch (RuntimeException e) {
            restsUntil = clock.instant().plus(REST);
            LOG.warnf("Redis does not answer, every replica bounds its own calls; reason=%s", e.getMessage());
            return Optional.empty();
        }
    }

    private boolean rests() {
        return clock.instant().isBefore(restsUntil);
    }

    private String today() {
        return "spent:" + LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static long micros(BigDecimal cost) {
        return cost.multiply(BigDecimal.valueOf(MILLION)).longValue();
    }

    private static String text(long number) {
        return Long.toString(number);
    }
}
