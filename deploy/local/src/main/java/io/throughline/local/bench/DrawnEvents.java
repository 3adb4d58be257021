package io.throughline.local.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Engagement of one instance, drawn from a seed: distinct events of 20,000 enrollments, three steps, ten days, in no order.
 * Every iteration gives the same.
 *
 * @param now the latest time at which an event occurred
 */
record DrawnEvents(UUID tenant, UUID instance, long count, long seed, Instant now)
        implements Iterable<DrawnEvents.Event> {

    static final String SOURCE = "bench/analytics";
    static final String CHANNEL = "email";

    static final int ENROLLMENTS = 20_000;
    private static final int STEPS = 3;
    private static final Duration PERIOD = Duration.ofDays(10);

    /** Twenty chances: a quarter each sent and delivered, three in ten opened, the rest what fewer people do. */
    private static final String[] TYPES = {
        "sent", "sent", "sent", "sent", "sent", "delivered", "delivered", "delivered", "delivered", "delivered",
        "opened", "opened", "opened", "opened", "opened", "opened", "clicked", "clicked", "replied", "unsubscribed"
    };

    private static final String[] DEVICES = {"iPhone; CPU iPhone OS 18_1", "Macintosh; Intel", "Windows NT 10.0; x64"};

    DrawnEvents {
        now = now.truncatedTo(ChronoUnit.MILLIS);
    }

    /** @param id random (version 4), as most systems make them: the hardest order for an index */
    record Event(UUID id, UUID enrollment, String type, int step, Instant occurredAt, String metadata) {}

    @Override
    public Iterator<Event> iterator() {
        SplittableRandom random = new SplittableRandom(seed);
        UUID[] enrollments = enrollments();
        return new Iterator<>() {
            private long drawn;

            @Override
            public boolean hasNext() {
                return drawn < count;
            }

            @Override
            public Event next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                drawn++;
                return draw(random, enrollments);
            }
        };
    }

    private Event draw(SplittableRandom random, UUID[] enrollments) {
        return new Event(
                random(random.nextLong(), random.nextLong()),
                enrollments[random.nextInt(ENROLLMENTS)],
                TYPES[random.nextInt(TYPES.length)],
                1 + random.nextInt(STEPS),
                now.minusMillis(random.nextLong(PERIOD.toMillis())),
                metadata(random.nextInt(DEVICES.length), random.nextInt(256), random.nextInt(1000)));
    }

    private UUID[] enrollments() {
        SplittableRandom random = new SplittableRandom(instance.getLeastSignificantBits());
        return Stream.generate(() -> random(random.nextLong(), random.nextLong()))
                .limit(ENROLLMENTS)
                .toArray(UUID[]::new);
    }

    private static UUID random(long high, long low) {
        return new UUID(high & ~0xf000L | 0x4000L, low & ~(0b11L << 62) | 1L << 63);
    }

    /** About a hundred characters of JSON. */
    private static String metadata(int device, int host, int link) {
        return "{\"userAgent\":\"Mozilla/5.0 (" + DEVICES[device] + ")\",\"ip\":\"203.0.113." + host
                + "\",\"link\":\"https://example.com/offers/" + link + "\"}";
    }
}
