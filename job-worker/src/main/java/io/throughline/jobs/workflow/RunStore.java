package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.events.jobs.JobStatusChanged.Failure;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Runs and their steps. Every method is one statement, however many steps. */
@Singleton
class RunStore {

    private final Sql sql;
    private final Json json;

    RunStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    /** @param resumed retried by hand, and its failed steps are not yet */
    record Run(
            UUID id,
            UUID tenantId,
            UUID userId,
            String name,
            Definition definition,
            JsonNode inputs,
            boolean resumed) {}

    void begin(Run run) {
        sql.update(
                """
                INSERT INTO workflow_run (id, tenant_id, user_id, name, definition, inputs)
                VALUES (?, ?, ?, ?, ?::json, ?::jsonb)
                """,
                run.id(),
                run.tenantId(),
                run.userId(),
                run.name(),
                json.text(run.definition()),
                json.text(run.inputs()));
    }

    Optional<Run> find(UUID tenantId, UUID id) {
        return sql.first(
                """
                SELECT id, tenant_id, user_id, name, definition::text AS definition, inputs::text AS inputs, resumed
                FROM workflow_run WHERE id = ? AND tenant_id = ?
                """,
                row -> new Run(
                        row.uuid("id"),
                        row.uuid("tenant_id"),
                        row.uuid("user_id"),
                        row.text("name"),
                        json.read(row.text("definition"), Definition.class),
                        tree(row.text("inputs")),
                        row.flag("resumed")),
                id,
                tenantId);
    }

    void resume(UUID tenantId, UUID id, boolean resumed) {
        sql.update("UPDATE workflow_run SET resumed = ? WHERE id = ? AND tenant_id = ?", resumed, id, tenantId);
    }

    /** Those that were begun or left out. */
    List<RunStep> steps(UUID tenantId, UUID runId) {
        return sql.list("""
                SELECT name, status, job_id, attempt, output::text AS output, error_code, error_message, started_at,
                       completed_at
                FROM workflow_step WHERE run_id = ? AND tenant_id = ?
                """, this::step, runId, tenantId);
    }

    void record(UUID tenantId, UUID runId, Collection<RunStep> steps) {
        if (steps.isEmpty()) {
            return;
        }
        sql.update(
                """
                INSERT INTO workflow_step (run_id, tenant_id, name, status, job_id, attempt, output, error_code, error_message,
                                           started_at, completed_at)
                SELECT ?, ?, name, status, job_id, attempt, output::jsonb, code, message, started_at, completed_at
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)
                     AS step(name, status, job_id, attempt, output, code, message, started_at, completed_at)
                ORDER BY name
                ON CONFLICT ON CONSTRAINT workflow_step_is_one_per_name DO UPDATE
                SET status = EXCLUDED.status, job_id = EXCLUDED.job_id, attempt = EXCLUDED.attempt,
                    output = EXCLUDED.output, error_code = EXCLUDED.error_code, error_message = EXCLUDED.error_message,
                    started_at = EXCLUDED.started_at, completed_at = EXCLUDED.completed_at
                """,
                runId,
                tenantId,
                Sql.column("text", steps, RunStep::name),
                Sql.column("text", steps, step -> step.status().wire()),
                Sql.column("uuid", steps, RunStep::jobId),
                Sql.column("integer", steps, RunStep::attempt),
                Sql.column("text", steps, step -> step.output() == null ? null : json.text(step.output())),
                Sql.column(
                        "text",
                        steps,
                        step -> step.error() == null ? null : step.error().code()),
                Sql.column(
                        "text",
                        steps,
                        step -> step.error() == null ? null : step.error().message()),
                Sql.column("timestamptz", steps, RunStep::startedAt),
                Sql.column("timestamptz", steps, RunStep::completedAt));
    }

    private RunStep step(Row row) {
        String code = row.text("error_code");
        return new RunStep(
                row.text("name"),
                StepStatus.named(row.text("status")),
                row.uuid("job_id"),
                row.integer("attempt"),
                row.text("output") == null ? null : tree(row.text("output")),
                code == null ? null : new Failure(code, row.text("error_message")),
                row.instant("started_at"),
                row.instant("completed_at"));
    }

    private JsonNode tree(String text) {
        return json.tree(text.getBytes(StandardCharsets.UTF_8));
    }
}
