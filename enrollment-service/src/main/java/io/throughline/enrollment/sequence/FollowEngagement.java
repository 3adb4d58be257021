package io.throughline.enrollment.sequence;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.sequence.StandingStore.Colleague;
import io.throughline.enrollment.step.Reactions;
import io.throughline.events.engagement.EngagementEvent;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Moves enrollments on, or stops them, by what happened. Locks them, decides, writes back: four statements and a wake-up for
 * any number of events, one more each when somebody replied and when a step was sent that was never planned. Events of
 * unknown enrollments and of other tenants are passed over; so are types that decide nothing here.
 */
@Singleton
class FollowEngagement {

    private static final Map<String, Reactions.Kind> REACTIONS = Map.of(
            "opened", Reactions.Kind.OPENED, "clicked", Reactions.Kind.CLICKED, "converted", Reactions.Kind.CONVERTED);

    private static final Set<String> DECIDING = Set.of(
            "sent",
            "replied",
            "bounced",
            "unsubscribed",
            "complained",
            "failed",
            "unknown",
            "skipped",
            "suppressed",
            "opened",
            "clicked",
            "converted");

    private final StandingStore standings;
    private final MessageStore messages;

    FollowEngagement(StandingStore standings, MessageStore messages) {
        this.standings = standings;
        this.messages = messages;
    }

    record Engagement(UUID tenantId, EngagementEvent event) {

        int step() {
            return event.stepNumber() == null ? 0 : event.stepNumber();
        }

        String type() {
            return event.eventType();
        }

        StandingStore.Named enrollment() {
            return new StandingStore.Named(tenantId, event.enrollmentId());
        }

        /** A scanner's or prefetcher's open is nobody's; what tells it apart is in docs/events.md. */
        boolean decides() {
            return DECIDING.contains(type())
                    && !(REACTIONS.containsKey(type())
                            && machine(event.metadata() == null ? Map.of() : event.metadata()));
        }

        private static boolean machine(Map<String, Object> metadata) {
            return Boolean.TRUE.equals(metadata.get("machine"))
                    || metadata.get("millisSinceSent") instanceof Number millis && millis.longValue() < 2_000;
        }
    }

    /** Inside the caller's transaction, in the order in which they came. */
    void take(List<Engagement> engagements) {
        List<Engagement> deciding =
                engagements.stream().filter(Engagement::decides).toList();
        if (deciding.isEmpty()) {
            return;
        }
        List<Colleague> colleagues = colleagues(deciding);
        Map<UUID, Standing> before = new HashMap<>();
        standings
                .lock(Stream.concat(
                                deciding.stream().map(Engagement::enrollment),
                                colleagues.stream().map(Colleague::enrollment))
                        .distinct()
                        .toList())
                .forEach(standing -> before.put(standing.id(), standing));
        if (before.isEmpty()) {
            return;
        }
        Map<UUID, Standing> after = new HashMap<>(before);
        List<Engagement> ours = new ArrayList<>();
        Set<UUID> repliers = new HashSet<>();
        Map<UUID, Map<Integer, Duration>> delays = standings.delays(before.values());
        for (Engagement each : deciding) {
            Standing standing = after.get(each.event().enrollmentId());
            if (standing != null && standing.tenantId().equals(each.tenantId())) {
                Standing next = next(standing, each, delays.getOrDefault(standing.instanceId(), Map.of()));
                after.put(standing.id(), next);
                ours.add(each);
                if (next.status() == EnrollmentStatus.REPLIED && standing.status() != EnrollmentStatus.REPLIED) {
                    repliers.add(standing.id());
                }
            }
        }
        colleagues.stream()
                .filter(each -> repliers.contains(each.replier()))
                .forEach(each -> after.computeIfPresent(
                        each.enrollment().enrollmentId(),
                        (id, standing) -> standing.ended(EnrollmentStatus.COMPLETED, "company_replied")));
        messages.passOver(before, after.values());
        messages.settle(ours);
        standings.move(after.values().stream()
                .filter(standing -> !standing.equals(before.get(standing.id())))
                .toList());
    }

    /** Found before anything is locked, so that all are locked in one order. */
    private List<Colleague> colleagues(List<Engagement> deciding) {
        List<StandingStore.Named> repliers = deciding.stream()
                .filter(each -> each.type().equals("replied"))
                .map(Engagement::enrollment)
                .distinct()
                .toList();
        return repliers.isEmpty() ? List.of() : standings.colleagues(repliers);
    }

    private static Standing next(Standing standing, Engagement engagement, Map<Integer, Duration> delays) {
        int step = engagement.step();
        Instant at = engagement.event().occurredAt();
        return switch (engagement.type()) {
            case "sent" -> standing.sent(step, at, delays);
            case "skipped" -> standing.leftOut(step, at, delays);
            case "replied" -> standing.ended(EnrollmentStatus.REPLIED, "reply");
            case "bounced" -> standing.ended(EnrollmentStatus.BOUNCED, "bounce");
            case "unsubscribed" -> standing.ended(EnrollmentStatus.UNSUBSCRIBED, "unsubscribe");
            case "complained" -> standing.ended(EnrollmentStatus.UNSUBSCRIBED, "complaint");
            case "failed" -> standing.ended(EnrollmentStatus.FAILED, "send_failed");
            case "opened", "clicked", "converted" -> standing.reacted(REACTIONS.get(engagement.type()), step);
            // Suppressed after the step was planned: the sender has left it out.
            case "suppressed" -> standing.ended(EnrollmentStatus.UNSUBSCRIBED, "suppressed");
            // Unknown: whether it was sent cannot be told, so the sequence is held rather than repeated.
            default -> standing;
        };
    }
}
