package io.throughline.enrollment.ledger;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Each step of each enrollment is one entry, and an entry is exactly one of sent, skipped (for a reason), failed, unknown or
 * open. So for each step and for all of them
 *
 * <pre>enrolled × steps = sent + skipped + failed + unknown + open</pre>
 *
 * <p>A step with a message is what the message is; one that is planned is open. A step without one is
 *
 * <ul>
 *   <li>skipped when the enrollment has ended, for the reason of that end;
 *   <li>skipped as {@code previous_unknown} when the enrollment is held by a message of unknown fate: it opens again when that
 *       is told to be sent;
 *   <li>open otherwise.
 * </ul>
 *
 * @param closed nothing is open, and there is something: somebody is enrolled, or the instance is over
 * @param closedAt when that was noticed; null: it is open, or closed a moment ago
 */
record Ledger(
        UUID instanceId,
        String status,
        Instant asOf,
        boolean closed,
        Instant closedAt,
        long enrolled,
        Figures total,
        List<StepFigures> steps) {

    /**
     * @param open waiting and underWay together
     * @param waiting not due yet, or not planned
     * @param underWay planned, and nothing told of it yet
     */
    record Figures(
            long entries,
            long sent,
            long skipped,
            Map<String, Long> skippedByReason,
            long failed,
            long unknown,
            long open,
            long waiting,
            long underWay) {}

    /** @param variants what was made of each; empty when the step has none */
    record StepFigures(int stepNumber, String channel, Figures figures, Map<String, VariantFigures> variants) {}

    record VariantFigures(long sent, long failed, long unknown, long underWay) {}

    /** Messages of a step that are alike. */
    record Messages(int step, String status, String reason, String variant, long count) {}

    /** Enrollments that are alike. @param planned last step that has a message @param held by an unknown one */
    record Enrollments(int planned, EnrollmentStatus status, String reason, boolean held, long count) {

        boolean live() {
            return EnrollmentStatus.LIVE.contains(status);
        }

        String endReason() {
            if (live()) {
                return "previous_unknown";
            }
            return reason == null ? status.text() : reason;
        }
    }

    /** Adds up; in what order does not matter. */
    static final class Sum {

        private final Map<String, Long> reasons = new TreeMap<>();
        private long sent;
        private long failed;
        private long unknown;
        private long waiting;
        private long underWay;

        void add(Messages messages) {
            switch (messages.status()) {
                case "sent" -> sent += messages.count();
                case "failed" -> failed += messages.count();
                case "unknown" -> unknown += messages.count();
                case "planned" -> underWay += messages.count();
                case "skipped" -> reasons.merge(messages.reason(), messages.count(), Long::sum);
                default -> throw new IllegalStateException("a message is " + messages.status());
            }
        }

        /** Those who have no message of the step. */
        void add(Enrollments enrollments) {
            if (enrollments.live() && !enrollments.held()) {
                waiting += enrollments.count();
            } else {
                reasons.merge(enrollments.endReason(), enrollments.count(), Long::sum);
            }
        }

        Figures figures() {
            long skipped = reasons.values().stream().mapToLong(Long::longValue).sum();
            long open = waiting + underWay;
            return new Figures(
                    sent + skipped + failed + unknown + open,
                    sent,
                    skipped,
                    reasons,
                    failed,
                    unknown,
                    open,
                    waiting,
                    underWay);
        }

        VariantFigures variantFigures() {
            return new VariantFigures(sent, failed, unknown, underWay);
        }
    }
}
