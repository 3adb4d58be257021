package io.throughline.jobs.outreach;

import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlArray;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The ledger's beginning: one statement for a batch from Kafka. */
@Singleton
class ArrivalStore {

    private static final String ADD = """
            INSERT INTO outreach_message (message_id, tenant_id, enrollment_id, instance_id, contact_id, channel,
                                          step_number, sender, recipient, subject, body, html, recipient_hash,
                                          track_opens, track_clicks, variant, job_id)
            SELECT message_id, tenant_id, enrollment_id, instance_id, contact_id, channel, step_number, sender, recipient,
                   subject, body, html, decode(recipient_hash, 'hex'), track_opens, track_clicks, variant,
                   job_id
            FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 AS message(message_id, tenant_id, enrollment_id, instance_id, contact_id, channel, step_number, sender,
                            recipient, subject, body, html, recipient_hash, track_opens, track_clicks, variant, job_id)
            ORDER BY message_id
            ON CONFLICT DO NOTHING
            RETURNING job_id
            """;

    private final Sql sql;

    ArrivalStore(Sql sql) {
        this.sql = sql;
    }

    /** @param jobId of the job that will send it */
    record Arrival(UUID tenantId, UUID jobId, OutreachMessage message) {}

    /** Keeps the messages that are new; how many of each job's are. Ordered by key, as several consumers may insert. */
    Map<UUID, Long> add(List<Arrival> arrivals) {
        return sql
                .list(
                        ADD,
                        row -> row.uuid("job_id"),
                        column("uuid", arrivals, OutreachMessage::messageId),
                        Sql.column("uuid", arrivals, Arrival::tenantId),
                        column("uuid", arrivals, OutreachMessage::enrollmentId),
                        column("uuid", arrivals, OutreachMessage::instanceId),
                        column("uuid", arrivals, OutreachMessage::contactId),
                        column("text", arrivals, OutreachMessage::channel),
                        column("integer", arrivals, OutreachMessage::stepNumber),
                        column("text", arrivals, OutreachMessage::sender),
                        column("text", arrivals, OutreachMessage::recipient),
                        column("text", arrivals, OutreachMessage::subject),
                        column("text", arrivals, OutreachMessage::body),
                        column("text", arrivals, OutreachMessage::html),
                        column("text", arrivals, OutreachMessage::recipientHash),
                        column(
                                "boolean",
                                arrivals,
                                message -> message.tracking().opens()),
                        column(
                                "boolean",
                                arrivals,
                                message -> message.tracking().clicks()),
                        column("text", arrivals, OutreachMessage::variant),
                        Sql.column("uuid", arrivals, Arrival::jobId))
                .stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static SqlArray column(String type, List<Arrival> arrivals, Function<OutreachMessage, ?> value) {
        return Sql.column(type, arrivals, arrival -> value.apply(arrival.message()));
    }
}
