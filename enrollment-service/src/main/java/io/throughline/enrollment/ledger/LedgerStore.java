package io.throughline.enrollment.ledger;

import io.throughline.enrollment.enrolling.EnrollmentStatus;
import io.throughline.enrollment.ledger.Ledger.Enrollments;
import io.throughline.enrollment.ledger.Ledger.Messages;
import io.throughline.enrollment.ledger.Ledger.StepFigures;
import io.throughline.enrollment.ledger.Ledger.Sum;
import io.throughline.enrollment.ledger.Ledger.VariantFigures;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Counts a ledger: one statement, so that all figures are of one moment. It reads the instance's enrollments once and, from an
 * index alone, its messages once.
 */
@Singleton
class LedgerStore {

    private static final String COUNT = """
            WITH instance AS (
                SELECT id, tenant_id, status, ledger_closed_at FROM instance_copy WHERE tenant_id = ? AND id = ?
            ), reached AS (
                SELECT planned_step, enrollment.status, end_reason, due_at IS NULL AS awaiting, count(*) AS number
                FROM instance JOIN enrollment
                     ON enrollment.tenant_id = instance.tenant_id AND enrollment.instance_id = instance.id
                GROUP BY 1, 2, 3, 4
            ), held AS (
                SELECT planned_step, enrollment.status, count(*) AS number
                FROM instance JOIN message ON message.instance_id = instance.id AND message.status = 'unknown'
                JOIN enrollment ON enrollment.id = enrollment_id AND planned_step = message.step_number
                WHERE enrollment.status IN ('pending', 'active', 'paused') AND due_at IS NULL
                GROUP BY 1, 2
            ), counted AS (
                SELECT message.step_number, message.status, skip_reason, variant, count(*) AS number
                FROM instance JOIN message
                     ON message.tenant_id = instance.tenant_id AND message.instance_id = instance.id
                GROUP BY 1, 2, 3, 4
            )
            SELECT 'instance' AS kind, 0 AS step, status, NULL AS reason, NULL AS name, false AS awaiting, 0 AS number,
                   ledger_closed_at AS at, now() AS now
            FROM instance
            UNION ALL
            SELECT 'step', step_number, NULL, NULL, channel, false, 0, NULL, NULL
            FROM instance JOIN instance_step ON instance_step.instance_id = instance.id
            UNION ALL SELECT 'message', step_number, status, skip_reason, variant, false, number, NULL, NULL FROM counted
            UNION ALL SELECT 'reached', planned_step, status, end_reason, NULL, awaiting, number, NULL, NULL FROM reached
            UNION ALL SELECT 'held', planned_step, status, NULL, NULL, true, number, NULL, NULL FROM held
            """;

    private final Sql sql;

    LedgerStore(Sql sql) {
        this.sql = sql;
    }

    private record Key(int planned, EnrollmentStatus status) {}

    private static final class Counted {
        private final Map<Integer, String> channels = new TreeMap<>();
        private final List<Messages> messages = new ArrayList<>();
        private final List<Enrollments> reached = new ArrayList<>();
        private final Map<Key, Long> held = new java.util.HashMap<>();
        private String status;
        private Instant closedAt;
        private Instant now;

        void take(Row row) {
            int step = row.integer("step");
            long number = row.number("number");
            switch (row.text("kind")) {
                case "instance" -> {
                    status = row.text("status");
                    closedAt = row.instant("at");
                    now = row.instant("now");
                }
                case "step" -> channels.put(step, row.text("name"));
                case "message" ->
                    messages.add(new Messages(step, row.text("status"), row.text("reason"), row.text("name"), number));
                case "held" -> held.put(new Key(step, enrollmentStatus(row)), number);
                default ->
                    reached.add(new Enrollments(
                            step, enrollmentStatus(row), row.text("reason"), row.flag("awaiting"), number));
            }
        }

        private static EnrollmentStatus enrollmentStatus(Row row) {
            return EnrollmentStatus.valueOf(row.text("status").toUpperCase(Locale.ROOT));
        }

        /** Of those who await something, some are held by what is unknown; the others' message is under way. */
        List<Enrollments> enrollments() {
            List<Enrollments> enrollments = new ArrayList<>();
            for (Enrollments each : reached) {
                long unknown =
                        each.live() && each.held() ? held.getOrDefault(new Key(each.planned(), each.status()), 0L) : 0;
                enrollments.add(new Enrollments(each.planned(), each.status(), each.reason(), true, unknown));
                enrollments.add(
                        new Enrollments(each.planned(), each.status(), each.reason(), false, each.count() - unknown));
            }
            return enrollments.stream().filter(each -> each.count() > 0).toList();
        }
    }

    Optional<Ledger> count(UUID tenantId, UUID instanceId) {
        Counted counted = new Counted();
        sql.each(COUNT, counted::take, tenantId, instanceId);
        return counted.status == null ? Optional.empty() : Optional.of(ledger(instanceId, counted));
    }

    private static Ledger ledger(UUID instanceId, Counted counted) {
        List<Enrollments> enrollments = counted.enrollments();
        Sum total = new Sum();
        List<StepFigures> steps = new ArrayList<>();
        counted.channels.forEach((step, channel) -> {
            Sum sum = new Sum();
            Map<String, Sum> variants = new TreeMap<>();
            for (Messages each : counted.messages) {
                if (each.step() == step) {
                    sum.add(each);
                    total.add(each);
                    if (each.variant() != null) {
                        variants.computeIfAbsent(each.variant(), name -> new Sum())
                                .add(each);
                    }
                }
            }
            enrollments.stream().filter(each -> each.planned() < step).forEach(each -> {
                sum.add(each);
                total.add(each);
            });
            steps.add(new StepFigures(step, channel, sum.figures(), figures(variants)));
        });
        long enrolled = enrollments.stream().mapToLong(Enrollments::count).sum();
        boolean over = counted.status.equals("completed") || counted.status.equals("archived");
        boolean closed = total.figures().open() == 0 && (enrolled > 0 || over);
        return new Ledger(
                instanceId,
                counted.status,
                counted.now,
                closed,
                closed ? counted.closedAt : null,
                enrolled,
                total.figures(),
                steps);
    }

    private static Map<String, VariantFigures> figures(Map<String, Sum> variants) {
        Map<String, VariantFigures> figures = new TreeMap<>();
        variants.forEach((name, sum) -> figures.put(name, sum.variantFigures()));
        return figures;
    }
}
