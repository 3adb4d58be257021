package io.throughline.events;

import java.util.Map;

/**
 * One Kafka topic as it must exist before a service starts.
 *
 * @param name with its major version, for example {@code engagement.events.v1}
 * @param partitions upper bound on the consumers of one group that can share the work
 * @param config topic configuration in Kafka's own names ({@code cleanup.policy}, {@code retention.ms} in milliseconds)
 */
public record Topic(String name, int partitions, Map<String, String> config) {

    private static final long DAY_MILLIS = 86_400_000L;

    static Topic kept(String name, int days) {
        return new Topic(
                name,
                Topics.PARTITIONS,
                Map.of("cleanup.policy", "delete", "retention.ms", Long.toString(days * DAY_MILLIS)));
    }

    static Topic compacted(String name) {
        return new Topic(name, Topics.PARTITIONS, Map.of("cleanup.policy", "compact"));
    }

    /** Room for the largest record of a topic and the headers that say why it was parked. */
    public static final int LARGEST_DEAD_LETTER_BYTES = 2 << 20;

    /** Where a consumer parks what it cannot accept; same partitions, kept 30 days for people to look at. */
    public Topic deadLetters() {
        return new Topic(
                name + ".dlq",
                partitions,
                Map.of(
                        "cleanup.policy",
                        "delete",
                        "retention.ms",
                        Long.toString(30 * DAY_MILLIS),
                        "max.message.bytes",
                        Integer.toString(LARGEST_DEAD_LETTER_BYTES)));
    }
}
