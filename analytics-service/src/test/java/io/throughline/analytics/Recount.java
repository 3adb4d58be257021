package io.throughline.analytics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.events.enrollment.EnrollmentChanged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/**
 * What a report must say, counted from what was produced by loops over lists, the slow and obvious way. Shares no code
 * with the service.
 */
public final class Recount {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Recount() {}

    /** {@code data} of the report without {@code instanceId} and {@code asOf}. */
    public static JsonNode of(History history, LocalDate today, int days) {
        List<EngagementEvent> events =
                history.events().stream().map(History.Event::data).toList();
        ObjectNode report = JSON.createObjectNode();
        Map<UUID, EnrollmentChanged> last = new HashMap<>();
        for (EnrollmentChanged change : history.changes()) {
            if (!last.containsKey(change.enrollmentId())
                    || last.get(change.enrollmentId()).version() < change.version()) {
                last.put(change.enrollmentId(), change);
            }
        }
        Map<String, Integer> byStatus = new TreeMap<>();
        last.values().forEach(change -> byStatus.merge(change.status(), 1, Integer::sum));
        ObjectNode enrollments = report.putObject("enrollments");
        enrollments.put("total", last.size());
        ObjectNode statuses = enrollments.putObject("byStatus");
        byStatus.forEach(statuses::put);

        events(events, report.putArray("events"));
        timeSeries(events, today.minusDays(days - 1L), report.putArray("timeSeries"));
        funnel(events, last.size(), report.putArray("funnel"));
        steps(events, report.putArray("steps"));
        try {
            return JSON.readTree(JSON.writeValueAsBytes(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void events(List<EngagementEvent> events, ArrayNode rows) {
        Set<List<String>> kinds = new HashSet<>();
        events.forEach(event -> kinds.add(List.of(event.channel(), event.eventType())));
        for (List<String> kind : sorted(kinds)) {
            List<EngagementEvent> those = events.stream()
                    .filter(event -> event.channel().equals(kind.get(0))
                            && event.eventType().equals(kind.get(1)))
                    .toList();
            rows.addObject()
                    .put("channel", kind.get(0))
                    .put("eventType", kind.get(1))
                    .put("total", those.size())
                    .put("unique", distinct(those, EngagementEvent::enrollmentId))
                    .put("machineTotal", 0)
                    .put("humanUnique", distinct(those, EngagementEvent::enrollmentId));
        }
    }

    private static void timeSeries(List<EngagementEvent> events, LocalDate from, ArrayNode rows) {
        Map<List<String>, LocalDate> firstDays = new HashMap<>();
        Set<List<String>> kinds = new HashSet<>();
        for (EngagementEvent event : events) {
            kinds.add(List.of(day(event).toString(), event.channel(), event.eventType()));
            firstDays.merge(
                    List.of(
                            event.enrollmentId().toString(),
                            event.channel(),
                            event.eventType(),
                            String.valueOf(step(event))),
                    day(event),
                    (one, other) -> one.isBefore(other) ? one : other);
        }
        for (List<String> kind : sorted(kinds)) {
            if (LocalDate.parse(kind.get(0)).isBefore(from)) {
                continue;
            }
            long total = events.stream()
                    .filter(event -> List.of(day(event).toString(), event.channel(), event.eventType())
                            .equals(kind))
                    .count();
            long unique = firstDays.entrySet().stream()
                    .filter(first -> first.getValue().toString().equals(kind.get(0))
                            && first.getKey().get(1).equals(kind.get(1))
                            && first.getKey().get(2).equals(kind.get(2)))
                    .count();
            rows.addObject()
                    .put("date", kind.get(0))
                    .put("channel", kind.get(1))
                    .put("eventType", kind.get(2))
                    .put("total", total)
                    .put("unique", unique);
        }
    }

    private static void funnel(List<EngagementEvent> events, int enrolled, ArrayNode rows) {
        stage(rows, "enrolled", enrolled, enrolled == 0 ? 0.0 : 1.0);
        for (String stage : List.of("sent", "delivered", "opened", "clicked", "replied")) {
            long count = distinct(
                    events.stream()
                            .filter(event -> event.eventType().equals(stage))
                            .toList(),
                    EngagementEvent::enrollmentId);
            double rate = enrolled == 0 ? 0.0 : Math.round(count * 10_000.0 / enrolled) / 10_000.0;
            stage(rows, stage, count, rate);
        }
    }

    /** No event of a {@link History} is a machine's. */
    private static void stage(ArrayNode rows, String name, long count, double rate) {
        rows.addObject()
                .put("stage", name)
                .put("count", count)
                .put("rate", rate)
                .put("humanCount", count)
                .put("humanRate", rate);
    }

    private static void steps(List<EngagementEvent> events, ArrayNode rows) {
        TreeMap<String, List<EngagementEvent>> steps = new TreeMap<>();
        for (EngagementEvent event : events) {
            if (step(event) > 0) {
                steps.computeIfAbsent(
                                String.format("%05d %s", step(event), event.channel()),
                                key -> new java.util.ArrayList<>())
                        .add(event);
            }
        }
        steps.values().forEach(those -> {
            ObjectNode row = rows.addObject()
                    .put("stepNumber", step(those.getFirst()))
                    .put("channel", those.getFirst().channel());
            for (String type :
                    List.of("sent", "delivered", "opened", "clicked", "replied", "bounced", "unsubscribed")) {
                row.put(
                        type,
                        distinct(
                                those.stream()
                                        .filter(event -> event.eventType().equals(type))
                                        .toList(),
                                EngagementEvent::enrollmentId));
            }
        });
    }

    private static int step(EngagementEvent event) {
        return event.stepNumber() == null ? 0 : event.stepNumber();
    }

    private static LocalDate day(EngagementEvent event) {
        return event.occurredAt().atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static long distinct(List<EngagementEvent> events, Function<EngagementEvent, ?> of) {
        return events.stream().map(of).distinct().count();
    }

    private static TreeSet<List<String>> sorted(Set<List<String>> keys) {
        TreeSet<List<String>> sorted = new TreeSet<>((one, other) -> {
            for (int i = 0; i < one.size(); i++) {
                int order = one.get(i).compareTo(other.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        });
        sorted.addAll(keys);
        return sorted;
    }
}
