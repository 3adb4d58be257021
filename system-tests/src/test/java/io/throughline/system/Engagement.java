package io.throughline.system;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What recipients did, made up by a seed, and every figure of the report counted from it in the plainest way. Knows
 * nothing of the services' code.
 */
record Engagement(List<Event> distinct, List<Event> published) {

    record Event(String id, String enrollmentId, String type, int step, Instant occurredAt) {
        LocalDate day() {
            return occurredAt.atZone(ZoneOffset.UTC).toLocalDate();
        }
    }

    record Counts(long total, long unique) {}

    /** Two fifths open, some twice; some of them click; some of those reply. One in fifty bounces and does nothing else. */
    static Engagement of(List<String> enrollments, Instant now, Random random) {
        List<Event> distinct = new ArrayList<>();
        for (String enrollment : enrollments) {
            if (random.nextInt(50) == 0) {
                add(distinct, enrollment, "bounced", now, random);
            } else if (random.nextInt(5) < 2) {
                int opens = 1 + random.nextInt(3);
                for (int i = 0; i < opens; i++) {
                    add(distinct, enrollment, "opened", now, random);
                }
                if (random.nextInt(3) == 0) {
                    add(distinct, enrollment, "clicked", now, random);
                    if (random.nextInt(3) == 0) {
                        add(distinct, enrollment, "replied", now, random);
                    }
                }
            }
        }
        List<Event> published = new ArrayList<>(distinct);
        for (int i = 0; i < distinct.size() / 5; i++) {
            published.add(distinct.get(random.nextInt(distinct.size())));
        }
        Collections.shuffle(published, random);
        return new Engagement(List.copyOf(distinct), published);
    }

    private static void add(List<Event> events, String enrollment, String type, Instant now, Random random) {
        Instant occurredAt = now.minusSeconds(random.nextInt(5 * 86_400));
        events.add(new Event("event-" + events.size(), enrollment, type, 1, occurredAt));
    }

    Map<String, Counts> byType() {
        return counted(Event::type);
    }

    private <K> Map<K, Counts> counted(Function<Event, K> key) {
        Map<K, Long> totals = new HashMap<>();
        Map<K, Set<String>> enrollments = new HashMap<>();
        for (Event event : distinct) {
            totals.merge(key.apply(event), 1L, Long::sum);
            enrollments
                    .computeIfAbsent(key.apply(event), any -> new HashSet<>())
                    .add(event.enrollmentId());
        }
        Map<K, Counts> counts = new HashMap<>();
        totals.forEach((each, total) ->
                counts.put(each, new Counts(total, enrollments.get(each).size())));
        return counts;
    }

    /** Total by day; unique on the day of an enrollment's first event of that type. */
    Map<String, Counts> byDay() {
        Map<String, Counts> counts = new TreeMap<>();
        Map<String, LocalDate> first = new HashMap<>();
        for (Event event : distinct) {
            counts.merge(event.day() + " " + event.type(), new Counts(1, 0), Engagement::sum);
            first.merge(
                    event.enrollmentId() + " " + event.type(),
                    event.day(),
                    (one, other) -> one.isBefore(other) ? one : other);
        }
        first.forEach((enrollmentAndType, day) -> counts.merge(
                day + enrollmentAndType.substring(enrollmentAndType.indexOf(' ')), new Counts(0, 1), Engagement::sum));
        return counts;
    }

    Set<String> enrollmentsWith(String type) {
        Set<String> enrollments = new HashSet<>();
        for (Event event : distinct) {
            if (event.type().equals(type)) {
                enrollments.add(event.enrollmentId());
            }
        }
        return enrollments;
    }

    private static Counts sum(Counts one, Counts other) {
        return new Counts(one.total() + other.total(), one.unique() + other.unique());
    }
}
