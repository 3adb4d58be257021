package io.throughline.events;

import java.util.List;
import java.util.stream.Stream;

/** Every topic of the suite. Names are constants because channels are configured by them. */
public final class Topics {

    /** Parallelism of a consumer group per topic. More partitions never hurt order: order holds per key only. */
    static final int PARTITIONS = 6;

    public static final String ACCOUNT_KEYS = "account.keys.v1";
    public static final String CAMPAIGN_INSTANCES = "campaign.instances.v1";
    public static final String CONTACT_UPSERTS = "contact.upserts.v1";
    public static final String CONTACT_UPSERT_RESULTS = "contact.upsert-results.v1";
    public static final String INSTANCE_LEDGERS = "enrollment.instance-ledgers.v1";
    public static final String CONTACT_SUPPRESSIONS = "contact.suppressions.v1";
    public static final String CONTACT_ERASURES = "contact.erasures.v1";
    public static final String ENROLLMENT_CHANGES = "enrollment.changes.v1";
    public static final String OUTREACH_MESSAGES = "outreach.messages.v1";
    public static final String ENGAGEMENT_EVENTS = "engagement.events.v1";
    public static final String JOB_REQUESTS = "job.requests.v1";
    public static final String JOB_STATUS = "job.status.v1";

    /** Compacted topics hold state and are read whole by every replica, so nothing of theirs is ever parked. */
    public static final List<Topic> COMPACTED = List.of(
            Topic.compacted(ACCOUNT_KEYS), Topic.compacted(CAMPAIGN_INSTANCES), Topic.compacted(CONTACT_SUPPRESSIONS));

    public static final List<Topic> STREAMS = List.of(
            Topic.kept(CONTACT_UPSERTS, 7),
            Topic.kept(CONTACT_UPSERT_RESULTS, 7),
            Topic.kept(INSTANCE_LEDGERS, 30),
            Topic.kept(CONTACT_ERASURES, 7),
            Topic.kept(ENROLLMENT_CHANGES, 30),
            Topic.kept(OUTREACH_MESSAGES, 7),
            Topic.kept(ENGAGEMENT_EVENTS, 30),
            Topic.kept(JOB_REQUESTS, 7),
            Topic.kept(JOB_STATUS, 7));

    private Topics() {}

    /** Everything to create on a broker: topics and their dead-letter topics. */
    public static List<Topic> all() {
        return Stream.of(COMPACTED, STREAMS)
                .flatMap(List::stream)
                .flatMap(topic -> Stream.of(topic, topic.deadLetters()))
                .toList();
    }
}
