package io.throughline.enrollment.sequence;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.enrollment.sequence.FollowEngagement.Engagement;
import io.throughline.enrollment.suppression.Suppressions;
import io.throughline.enrollment.timeline.ActivityStore;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** {@code engagement.events.v1}: what came of our messages, and what recipients did about them. */
@ApplicationScoped
class EngagementConsumer {

    private final Batches batches;
    private final FollowEngagement follow;
    private final Suppressions suppressions;
    private final ActivityStore activities;
    private final Json json;

    EngagementConsumer(
            Batches batches, FollowEngagement follow, Suppressions suppressions, ActivityStore activities, Json json) {
        this.batches = batches;
        this.follow = follow;
        this.suppressions = suppressions;
        this.activities = activities;
        this.json = json;
    }

    @Incoming("engagement-events")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, events -> {
            List<Engagement> engagements = events.stream().map(this::engagement).toList();
            suppressions.follow(engagements.stream()
                    .collect(Collectors.groupingBy(
                            Engagement::tenantId, Collectors.mapping(Engagement::event, Collectors.toList()))));
            follow.take(engagements);
            activities.record(IntStream.range(0, events.size())
                    .mapToObj(i -> happened(events.get(i), engagements.get(i).event()))
                    .toList());
        });
    }

    private static ActivityStore.Happened happened(InboundEvent event, EngagementEvent engagement) {
        return new ActivityStore.Happened(event.tenantId(), event.source(), event.id(), engagement);
    }

    private Engagement engagement(InboundEvent event) {
        EngagementEvent engagement = event.value(json, EngagementEvent.class);
        if (engagement.enrollmentId() == null || engagement.eventType() == null || engagement.occurredAt() == null) {
            throw new InboundEvent.Rejection("incomplete", "enrollmentId, eventType or occurredAt are missing");
        }
        return new Engagement(event.tenantId(), engagement);
    }
}
