package io.throughline.analytics;

import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.platform.time.Ids;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/** What happened to one instance, made at random from a seed. Every event once; who delivers it decides how often. */
public record History(UUID instance, List<Event> events, List<EnrollmentChanged> changes) {

    private static final List<String> TYPES = List.of(
            "sent",
            "delivered",
            "opened",
            "clicked",
            "replied",
            "bounced",
            "unsubscribed",
            "complained",
            "page.view-2");
    private static final List<String> CHANNELS = List.of("email", "linkedin");
    private static final List<String> STATUSES = List.of("pending", "active", "replied", "bounced", "completed");

    public record Event(String id, EngagementEvent data) {}

    public static History random(Random random, UUID instance, int enrollments, int events, LocalDate today) {
        List<UUID> people =
                IntStream.range(0, enrollments).mapToObj(i -> Ids.next()).toList();
        List<Event> happened = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            happened.add(new Event(
                    instance + "-" + i,
                    new EngagementEvent(
                            instance,
                            people.get(random.nextInt(enrollments)),
                            CHANNELS.get(random.nextInt(10) / 8),
                            TYPES.get(random.nextInt(TYPES.size())),
                            random.nextInt(6) == 0 ? null : (Integer) random.nextInt(5),
                            moment(random, today),
                            random.nextBoolean() ? Map.of("userAgent", "test \u0000 \"quoted\"") : Map.of())));
        }
        List<EnrollmentChanged> changes = new ArrayList<>();
        for (UUID person : people) {
            int versions = 1 + random.nextInt(4);
            for (int version = 1; version <= versions; version++) {
                changes.add(new EnrollmentChanged(
                        person,
                        instance,
                        person,
                        STATUSES.get(random.nextInt(STATUSES.size())),
                        version,
                        null,
                        Instant.EPOCH));
            }
        }
        return new History(instance, happened, changes);
    }

    /** Within the last 45 days, so that 30 days are not all; often at the very edge of a day. */
    private static Instant moment(Random random, LocalDate today) {
        Instant midnight = today.minusDays(random.nextInt(45)).atStartOfDay().toInstant(ZoneOffset.UTC);
        return switch (random.nextInt(4)) {
            case 0 -> midnight;
            case 1 -> midnight.minusNanos(1);
            default -> midnight.minus(random.nextInt(86_400_000), ChronoUnit.MILLIS);
        };
    }
}
