package io.throughline.analytics.rejected;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.sql.Sql;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Engagement events that could not be counted: to look at, and to send again once the reason is gone. */
@Path("/api/analytics/rejected")
@RunOnVirtualThread
public class RejectedResource {

    private static final int MOST_CHARACTERS = 10_000;

    private final Sql sql;
    private final Replay replay;
    private final CurrentCaller caller;

    RejectedResource(Sql sql, Replay replay, CurrentCaller caller) {
        this.sql = sql;
        this.replay = replay;
        this.caller = caller;
    }

    /**
     * @param reason a code, a colon and what is wrong, with the field's name
     * @param topic where it came from, with partition and offset
     * @param headers as sent
     * @param value as sent, its first 10,000 characters; null: it had none
     * @param replayedAt when it was last sent again; null: never
     */
    public record RejectedEvent(
            UUID id,
            String reason,
            String topic,
            int partition,
            long offset,
            String key,

            @JsonRawValue @Schema(implementation = Object.class)
            String headers,

            String value,
            Instant rejectedAt,
            Instant replayedAt) {}

    public record ReplayRequest(
            @NotNull @NotEmpty @Size(max = 1000) List<@NotNull UUID> ids) {}

    /** @param replayed those of the asked ids that exist; each is on its topic again */
    public record Replayed(int replayed) {}

    /** Newest first. */
    @GET
    public Page<RejectedEvent> list(@QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        int shown = Page.limit(limit);
        Cursor after = Cursor.decode(cursor, 1);
        List<RejectedEvent> rows = sql.list(
                """
                SELECT id, reason, origin_topic, origin_partition, origin_offset, record_key, headers, value, rejected_at,
                       replayed_at
                FROM rejected_event WHERE tenant_id = ? AND (?::uuid IS NULL OR id < ?) ORDER BY id DESC LIMIT ?
                """,
                row -> new RejectedEvent(
                        row.uuid("id"),
                        row.text("reason"),
                        row.text("origin_topic"),
                        row.integer("origin_partition"),
                        row.number("origin_offset"),
                        row.text("record_key"),
                        row.text("headers"),
                        text(row.bytes("value")),
                        row.instant("rejected_at"),
                        row.instant("replayed_at")),
                caller.tenantId(),
                after == null ? null : after.uuid(0),
                after == null ? null : after.uuid(0),
                shown + 1);
        return Page.of(rows, shown, row -> Cursor.of(row.id()));
    }

    private static String text(byte[] value) {
        if (value == null) {
            return null;
        }
        String text = new String(value, StandardCharsets.UTF_8);
        return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text;
    }

    /**
     * Puts records on their topic again as they were. What is still not acceptable is rejected again, as a new entry; what
     * was counted meanwhile is not counted twice.
     */
    @POST
    @Path("/replay")
    public Envelope<Replayed> replay(@NotNull @jakarta.validation.Valid ReplayRequest request) {
        return Envelope.of(new Replayed(replay.send(caller.tenantId(), request.ids())));
    }
}
