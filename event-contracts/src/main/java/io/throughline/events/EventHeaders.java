package io.throughline.events;

/**
 * Record headers: CloudEvents 1.0 in Kafka binary content mode, plus two extensions of ours.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md">CloudEvents
 *     Kafka binding</a>
 */
public final class EventHeaders {

    public static final String SPEC_VERSION = "ce_specversion";
    /** Unique per source: the de-duplication key. */
    public static final String ID = "ce_id";

    public static final String SOURCE = "ce_source";
    public static final String TYPE = "ce_type";
    /** RFC 3339, UTC. */
    public static final String TIME = "ce_time";

    public static final String SUBJECT = "ce_subject";
    /** Tenant id, a UUID in text form. */
    public static final String TENANT = "tenant";
    /** W3C trace context of the request or event that caused this one. */
    public static final String TRACE_PARENT = "traceparent";

    public static final String DLQ_REASON = "dlq-reason";
    public static final String DLQ_TOPIC = "dlq-topic";
    public static final String DLQ_PARTITION = "dlq-partition";
    public static final String DLQ_OFFSET = "dlq-offset";

    private EventHeaders() {}
}
