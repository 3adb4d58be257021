package io.throughline.enrollment;

import io.quarkus.arc.Arc;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.sql.Sql;
import java.util.List;
import java.util.UUID;

/** What a sequence has come to, read from the tables and the topic. */
public record Sequences(UUID tenantId) {

    /** Each as {@code 1 sent}, {@code 2 skipped condition}, in the order of steps. */
    public List<String> messages(UUID enrollment) {
        return sql().list("""
                SELECT concat_ws(' ', step_number, status, skip_reason) AS message FROM message
                WHERE tenant_id = ? AND enrollment_id = ? ORDER BY step_number
                """, row -> row.text("message"), tenantId, enrollment);
    }

    /** As {@code completed company_replied}. */
    public String status(UUID enrollment) {
        return sql().one(
                        "SELECT concat_ws(' ', status, end_reason) AS status FROM enrollment WHERE tenant_id = ? AND id = ?",
                        row -> row.text("status"),
                        tenantId,
                        enrollment);
    }

    public List<OutreachMessage> sent() {
        return Topic.published(Topics.OUTREACH_MESSAGES, tenantId, OutreachMessage.class);
    }

    /** Lets time pass for what is due later. */
    public void pass(String interval) {
        sql().update("UPDATE enrollment SET due_at = due_at - ?::interval WHERE tenant_id = ?", interval, tenantId);
    }

    /** What is due tomorrow is due, and the counts of today are those of a day long ago. */
    public void aDayPasses() {
        pass("1 day");
        sql().update("""
                UPDATE sender_day SET day = day - 1000
                    - (SELECT count(*)::integer FROM sender_day all_days WHERE all_days.tenant_id = sender_day.tenant_id)
                WHERE tenant_id = ? AND day > current_date - 100
                """, tenantId);
    }

    private static Sql sql() {
        return Arc.container().instance(Sql.class).get();
    }
}
