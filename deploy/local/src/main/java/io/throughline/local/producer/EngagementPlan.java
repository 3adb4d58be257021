package io.throughline.local.producer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What recipients do, drawn from a seed: the messages in the order they are published, one in five of them a second
 * time, and the figures an exact report must show.
 *
 * @param messages shuffled, duplicates included
 * @param counts by event type
 * @param oneReplied an enrollment that replied; null when none did
 */
record EngagementPlan(List<Message> messages, Map<String, Count> counts, int distinctEvents, UUID oneReplied) {

    /** @param id the CloudEvents id, by which duplicates are known */
    record Message(UUID id, UUID enrollment, String type, Instant occurredAt) {}

    /** @param total events; @param unique enrollments */
    record Count(int total, int unique) {}

    private static final double DUPLICATED = 0.2;

    static EngagementPlan draw(List<UUID> enrollments, long seed, Instant now) {
        Random random = new Random(seed);
        List<Message> events = new ArrayList<>();
        for (UUID enrollment : enrollments) {
            recipient(enrollment, random, now, events);
        }
        List<Message> messages = new ArrayList<>(events);
        for (Message event : events) {
            if (random.nextDouble() < DUPLICATED) {
                messages.add(event);
            }
        }
        Collections.shuffle(messages, random);
        UUID replied = events.stream()
                .filter(event -> event.type().equals("replied"))
                .map(Message::enrollment)
                .findFirst()
                .orElse(null);
        return new EngagementPlan(List.copyOf(messages), count(events), events.size(), replied);
    }

    /** Three in five open, up to three times; a third of those click; a fifth of those reply. One in fifty bounces. */
    private static void recipient(UUID enrollment, Random random, Instant now, List<Message> events) {
        if (random.nextDouble() < 0.02) {
            events.add(message(enrollment, "bounced", random, now));
            return;
        }
        if (random.nextDouble() >= 0.6) {
            return;
        }
        for (int opens = 1 + random.nextInt(3); opens > 0; opens--) {
            events.add(message(enrollment, "opened", random, now));
        }
        if (random.nextDouble() < 0.33) {
            for (int clicks = 1 + random.nextInt(2); clicks > 0; clicks--) {
                events.add(message(enrollment, "clicked", random, now));
            }
            if (random.nextDouble() < 0.2) {
                events.add(message(enrollment, "replied", random, now));
            }
        }
    }

    private static Message message(UUID enrollment, String type, Random random, Instant now) {
        return new Message(new UUID(random.nextLong(), random.nextLong()), enrollment, type, now);
    }

    private static Map<String, Count> count(List<Message> events) {
        Map<String, Integer> totals = new TreeMap<>();
        Map<String, Set<UUID>> enrollments = new TreeMap<>();
        for (Message event : events) {
            totals.merge(event.type(), 1, Integer::sum);
            enrollments.computeIfAbsent(event.type(), type -> new TreeSet<>()).add(event.enrollment());
        }
        Map<String, Count> counts = new TreeMap<>();
        totals.forEach((type, total) ->
                counts.put(type, new Count(total, enrollments.get(type).size())));
        return counts;
    }
}
