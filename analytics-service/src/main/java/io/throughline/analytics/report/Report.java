package io.throughline.analytics.report;

import io.throughline.analytics.report.ReportStore.Figures;
import io.throughline.analytics.report.ReportStore.Tally;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * How an instance performs, as clients see it. {@code total} counts events; {@code unique} and every figure of funnel and
 * steps counts distinct enrollments.
 *
 * @param asOf when it was computed
 * @param timeSeries by day (UTC); there is no entry for a day without events
 */
public record Report(
        UUID instanceId,
        Instant asOf,
        Enrollments enrollments,
        List<Events> events,
        List<Day> timeSeries,
        List<Stage> funnel,
        List<Step> steps) {

    private static final List<String> STAGES = List.of("sent", "delivered", "opened", "clicked", "replied");

    /** @param byStatus statuses in which at least one enrollment is */
    public record Enrollments(long total, SortedMap<String, Long> byStatus) {}

    /**
     * @param unique enrollments, once each per (channel, type)
     * @param machineTotal how many of {@code total} came from a prefetcher or scanner
     * @param humanUnique enrollments with at least one event that did not
     */
    public record Events(
            String channel, String eventType, long total, long unique, long machineTotal, long humanUnique) {

        private static Events of(Tally tally) {
            return new Events(
                    tally.channel(),
                    tally.eventType(),
                    tally.events(),
                    tally.enrollments(),
                    tally.machineEvents(),
                    tally.humanEnrollments());
        }
    }

    /** @param unique first times per (enrollment, channel, type, step) that fall on this day */
    public record Day(LocalDate date, String channel, String eventType, long total, long unique) {}

    /**
     * @param rate of {@code count} to the enrolled, 4 decimals; 0 when nobody is enrolled
     * @param humanCount without enrollments of which only machines opened or clicked
     */
    public record Stage(String stage, long count, double rate, long humanCount, double humanRate) {}

    /** Distinct enrollments. @param human those with at least one event that was not a machine's */
    public record Reached(long all, long human) {
        private static final Reached NOBODY = new Reached(0, 0);
    }

    public record Step(
            int stepNumber,
            String channel,
            long sent,
            long delivered,
            long opened,
            long clicked,
            long replied,
            long bounced,
            long unsubscribed) {

        private static Step of(StepKey key, Map<String, Long> enrollments) {
            return new Step(
                    key.number(),
                    key.channel(),
                    enrollments.getOrDefault("sent", 0L),
                    enrollments.getOrDefault("delivered", 0L),
                    enrollments.getOrDefault("opened", 0L),
                    enrollments.getOrDefault("clicked", 0L),
                    enrollments.getOrDefault("replied", 0L),
                    enrollments.getOrDefault("bounced", 0L),
                    enrollments.getOrDefault("unsubscribed", 0L));
        }
    }

    static Report of(UUID instance, Instant asOf, Figures figures) {
        long enrolled =
                figures.byStatus().values().stream().mapToLong(Long::longValue).sum();
        return new Report(
                instance,
                asOf,
                new Enrollments(enrolled, new TreeMap<>(figures.byStatus())),
                figures.tallies().stream()
                        .filter(Tally::anyStep)
                        .filter(tally -> !tally.anyChannel())
                        .map(Events::of)
                        .sorted(Comparator.comparing(Events::channel).thenComparing(Events::eventType))
                        .toList(),
                figures.days().stream()
                        .sorted(Comparator.comparing(Day::date)
                                .thenComparing(Day::channel)
                                .thenComparing(Day::eventType))
                        .toList(),
                funnel(enrolled, reached(figures.tallies())),
                steps(figures.tallies()));
    }

    private static Map<String, Reached> reached(List<Tally> tallies) {
        Map<String, Reached> reached = new HashMap<>();
        tallies.stream()
                .filter(Tally::anyChannel)
                .forEach(tally ->
                        reached.put(tally.eventType(), new Reached(tally.enrollments(), tally.humanEnrollments())));
        return reached;
    }

    /** @param reached distinct enrollments by event type, over any channel and step */
    public static List<Stage> funnel(long enrolled, Map<String, Reached> reached) {
        return Stream.concat(
                        Stream.of(stage("enrolled", new Reached(enrolled, enrolled), enrolled)),
                        STAGES.stream().map(name -> stage(name, reached.getOrDefault(name, Reached.NOBODY), enrolled)))
                .toList();
    }

    private static Stage stage(String name, Reached reached, long enrolled) {
        return new Stage(
                name, reached.all(), rate(reached.all(), enrolled), reached.human(), rate(reached.human(), enrolled));
    }

    private static double rate(long count, long enrolled) {
        return enrolled == 0
                ? 0
                : BigDecimal.valueOf(count)
                        .divide(BigDecimal.valueOf(enrolled), 4, RoundingMode.HALF_UP)
                        .doubleValue();
    }

    private record StepKey(int number, String channel) {}

    /** Every step and channel that had an event, even of a type that is no column. */
    private static List<Step> steps(List<Tally> tallies) {
        Map<StepKey, Map<String, Long>> steps =
                new TreeMap<>(Comparator.comparing(StepKey::number).thenComparing(StepKey::channel));
        tallies.stream()
                .filter(tally -> tally.stepNumber() > 0)
                .forEach(tally -> steps.computeIfAbsent(
                                new StepKey(tally.stepNumber(), tally.channel()), key -> new HashMap<>())
                        .put(tally.eventType(), tally.enrollments()));
        return steps.entrySet().stream()
                .map(step -> Step.of(step.getKey(), step.getValue()))
                .toList();
    }
}
