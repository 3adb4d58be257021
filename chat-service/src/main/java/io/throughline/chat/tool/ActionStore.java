package io.throughline.chat.tool;

import io.throughline.chat.tool.Action.Draft;
import io.throughline.chat.tool.Action.Kind;
import io.throughline.chat.tool.Action.Status;
import io.throughline.platform.access.Caller;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.suite.SuiteApi.Service;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Proposed actions, always of one user of one tenant; each call is one statement. */
@Singleton
public class ActionStore {

    /** Long enough to read it, short enough that the suite is still as the description says. */
    private static final Duration CONFIRMABLE = Duration.ofMinutes(10);

    /** Who did it has stopped when it takes longer than a minute: the request itself may take seconds. */
    private static final String COLUMNS =
            """
             id, kind, description, service, path, body, expires_at,
            CASE WHEN given_up THEN 'unknown' ELSE status END AS status,
            CASE WHEN given_up THEN 'Whoever did it stopped before saying how it ended.' ELSE outcome END AS outcome
            """.replace("given_up", "status = 'running' AND confirmed_at < clock_timestamp() - interval '1 minute'");

    private final Sql sql;
    private final Json json;

    ActionStore(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    Action propose(Caller caller, Draft draft) {
        return sql.one(
                """
                INSERT INTO action (tenant_id, user_id, id, kind, description, service, path, body, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp() + ? * interval '1 second')
                RETURNING
                """ + COLUMNS,
                this::action,
                caller.tenantId(),
                caller.userId(),
                Ids.next(),
                draft.kind().name(),
                draft.description(),
                draft.service().name(),
                draft.path(),
                draft.body() == null ? null : json.text(draft.body()),
                CONFIRMABLE.toSeconds());
    }

    Optional<Action> find(Caller caller, UUID id) {
        return sql.first(
                "SELECT" + COLUMNS + "FROM action WHERE tenant_id = ? AND user_id = ? AND id = ?",
                this::action,
                caller.tenantId(),
                caller.userId(),
                id);
    }

    /** Of many that confirm it at once, one gets it; empty for the others and when its time is over. */
    Optional<Action> take(Caller caller, UUID id) {
        return sql.first("""
                UPDATE action SET status = 'running', confirmed_at = clock_timestamp()
                WHERE tenant_id = ? AND user_id = ? AND id = ? AND status = 'proposed' AND expires_at > clock_timestamp()
                RETURNING
                """ + COLUMNS, this::action, caller.tenantId(), caller.userId(), id);
    }

    Action end(Caller caller, UUID id, Status status, String outcome) {
        return sql.one(
                "UPDATE action SET status = ?, outcome = ? WHERE tenant_id = ? AND user_id = ? AND id = ? RETURNING"
                        + COLUMNS,
                this::action,
                status.wire(),
                outcome,
                caller.tenantId(),
                caller.userId(),
                id);
    }

    /** Of the oldest that are older than the age. */
    public int remove(Duration age, int batch) {
        return sql.update("""
                DELETE FROM action WHERE ctid IN (
                    SELECT ctid FROM action WHERE created_at < clock_timestamp() - ? * interval '1 second'
                    ORDER BY created_at LIMIT ? FOR UPDATE SKIP LOCKED)
                """, age.toSeconds(), batch);
    }

    public int removeOf(UUID tenant, UUID user) {
        return sql.update("DELETE FROM action WHERE tenant_id = ? AND user_id = ?", tenant, user);
    }

    private Action action(Row row) {
        String body = row.text("body");
        return new Action(
                row.uuid("id"),
                Kind.valueOf(row.text("kind")),
                row.text("description"),
                "POST",
                Service.valueOf(row.text("service")),
                row.text("path"),
                body == null ? null : json.tree(body.getBytes(StandardCharsets.UTF_8)),
                Status.valueOf(row.text("status").toUpperCase(Locale.ROOT)),
                row.text("outcome"),
                row.instant("expires_at"));
    }
}
