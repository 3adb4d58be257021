package io.throughline.analytics.ingest;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * By how much a batch moves the figures. Scopes as in table {@code tally}: step -1 is any step, channel '' any channel.
 * Equality is written out for speed, see {@link EnrollmentKey}.
 */
final class Differences {

    static final int ANY_STEP = -1;
    static final String ANY_CHANNEL = "";

    record Scope(UUID tenantId, UUID instanceId, String channel, String eventType, int step) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Scope scope
                    && step == scope.step
                    && eventType.equals(scope.eventType)
                    && channel.equals(scope.channel)
                    && instanceId.equals(scope.instanceId)
                    && tenantId.equals(scope.tenantId);
        }

        @Override
        public int hashCode() {
            return ((instanceId.hashCode() * 31 + channel.hashCode()) * 31 + eventType.hashCode()) * 31 + step;
        }
    }

    record Day(UUID tenantId, UUID instanceId, String channel, String eventType, long epochDay) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Day day
                    && epochDay == day.epochDay
                    && eventType.equals(day.eventType)
                    && channel.equals(day.channel)
                    && instanceId.equals(day.instanceId)
                    && tenantId.equals(day.tenantId);
        }

        @Override
        public int hashCode() {
            return ((instanceId.hashCode() * 31 + channel.hashCode()) * 31 + eventType.hashCode()) * 31
                    + Long.hashCode(epochDay);
        }
    }

    record Instance(UUID tenantId, UUID instanceId) {}

    /** What is added to a row of {@code tally}. */
    static final class Tally {
        long events;
        long enrollments;
        long machineEvents;
        long humanEnrollments;
    }

    /** What is added to a row of {@code daily_tally}. */
    static final class Daily {
        long events;
        long firsts;
    }

    private final Map<Scope, Tally> tallies = new HashMap<>();
    private final Map<Day, Daily> days = new HashMap<>();

    /** An event that was never counted before. */
    void event(Engagement event) {
        for (Tally tally : new Tally[] {exact(event), anyStep(event), anyChannel(event)}) {
            tally.events++;
            if (event.machine()) {
                tally.machineEvents++;
            }
        }
        day(event, Math.floorDiv(event.occurredAt().getEpochSecond(), 86_400L)).events++;
    }

    /** The enrollment's first of its (channel, type, step). */
    void first(Engagement event, long day, boolean channelKnown, boolean typeKnown) {
        exact(event).enrollments++;
        if (!channelKnown) {
            anyStep(event).enrollments++;
        }
        if (!typeKnown) {
            anyChannel(event).enrollments++;
        }
        day(event, day).firsts++;
    }

    void firstMoved(Engagement event, long from, long to) {
        day(event, from).firsts--;
        day(event, to).firsts++;
    }

    /** The enrollment's first of its (channel, type, step) that no machine made. */
    void firstHuman(Engagement event, boolean channelKnown, boolean typeKnown) {
        exact(event).humanEnrollments++;
        if (!channelKnown) {
            anyStep(event).humanEnrollments++;
        }
        if (!typeKnown) {
            anyChannel(event).humanEnrollments++;
        }
    }

    Collection<Map.Entry<Scope, Tally>> tallies() {
        return tallies.entrySet();
    }

    Collection<Map.Entry<Day, Daily>> days() {
        return days.entrySet();
    }

    Set<Instance> instances() {
        return tallies.keySet().stream()
                .map(scope -> new Instance(scope.tenantId(), scope.instanceId()))
                .collect(Collectors.toSet());
    }

    private Tally exact(Engagement event) {
        return tally(event, event.channel(), event.stepNumber());
    }

    private Tally anyStep(Engagement event) {
        return tally(event, event.channel(), ANY_STEP);
    }

    private Tally anyChannel(Engagement event) {
        return tally(event, ANY_CHANNEL, ANY_STEP);
    }

    private Tally tally(Engagement event, String channel, int step) {
        return tallies.computeIfAbsent(
                new Scope(event.tenantId(), event.instanceId(), channel, event.eventType(), step),
                scope -> new Tally());
    }

    private Daily day(Engagement event, long day) {
        return days.computeIfAbsent(
                new Day(event.tenantId(), event.instanceId(), event.channel(), event.eventType(), day),
                key -> new Daily());
    }
}
