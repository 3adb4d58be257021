package io.throughline.jobs.outreach;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.sql.Row;
import io.throughline.platform.sql.Sql;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

@Path("/api/outreach/messages")
@RunOnVirtualThread
public class MessageResource {

    private final Sql sql;
    private final ResendMessage resend;
    private final CurrentCaller caller;

    MessageResource(Sql sql, ResendMessage resend, CurrentCaller caller) {
        this.sql = sql;
        this.resend = resend;
        this.caller = caller;
    }

    public record Resent(UUID jobId) {}

    /** Only of unknown fate, and only on request: the recipient may get it twice. */
    @POST
    @Path("/{messageId}/resend")
    public Response resend(UUID messageId) {
        return Response.accepted(Envelope.of(new Resent(resend.run(caller.tenantId(), caller.userId(), messageId))))
                .build();
    }

    /**
     * A message and its fate.
     *
     * @param status queued, transmitting, sent, rejected or unknown
     * @param detail the mail server's reply, or why nothing was sent; null when there is nothing to say
     * @param settledAt null while queued or transmitting
     */
    public record Message(
            UUID messageId,
            UUID instanceId,
            UUID enrollmentId,
            UUID contactId,
            String channel,
            int stepNumber,
            String recipient,
            String subject,
            String status,
            String detail,
            UUID jobId,
            Instant createdAt,
            Instant settledAt) {}

    /** Newest first, by the index on what is filtered. */
    @GET
    public Page<Message> list(
            @QueryParam("instanceId") String instanceId,
            @QueryParam("status") String status,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit) {
        List<FieldError> errors = new ArrayList<>();
        if (status != null && MessageStatus.named(status).isEmpty()) {
            errors.add(new FieldError("/status", "must be one of: " + MessageStatus.names()));
        }
        UUID instance = id("/instanceId", instanceId, errors);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        int size = Page.limit(limit);
        Cursor after = Cursor.decode(cursor, 1);
        StringBuilder text = new StringBuilder("""
                SELECT message_id, instance_id, enrollment_id, contact_id, channel, step_number, recipient, subject,
                       status, detail, job_id, created_at, settled_at
                FROM outreach_message WHERE tenant_id = ?
                """);
        List<Object> parameters = new ArrayList<>(List.of(caller.tenantId()));
        narrow(text, parameters, " AND instance_id = ?", instance);
        narrow(text, parameters, " AND status = ?", status);
        narrow(text, parameters, " AND message_id < ?", after == null ? null : after.uuid(0));
        text.append(" ORDER BY message_id DESC LIMIT ?");
        parameters.add(size + 1);
        List<Message> rows = sql.list(text.toString(), MessageResource::message, parameters.toArray());
        return Page.of(rows, size, message -> Cursor.of(message.messageId()));
    }

    private static void narrow(StringBuilder text, List<Object> parameters, String condition, Object value) {
        if (value != null) {
            text.append(condition);
            parameters.add(value);
        }
    }

    private static UUID id(String pointer, String text, List<FieldError> errors) {
        try {
            return text == null || text.isBlank() ? null : UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            errors.add(new FieldError(pointer, "must be a UUID"));
            return null;
        }
    }

    private static Message message(Row row) {
        return new Message(
                row.uuid("message_id"),
                row.uuid("instance_id"),
                row.uuid("enrollment_id"),
                row.uuid("contact_id"),
                row.text("channel"),
                row.integer("step_number"),
                row.text("recipient"),
                row.text("subject"),
                row.text("status"),
                row.text("detail"),
                row.uuid("job_id"),
                row.instant("created_at"),
                row.instant("settled_at"));
    }
}
