package io.throughline.campaign.instance;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.throughline.events.campaign.InstanceSnapshot.Rules;
import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import io.throughline.events.campaign.InstanceSnapshot.Step;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An instance as the API shows it.
 *
 * @param version grows by one with every change; also the ETag
 * @param finishedAt when its ledger closed; null: it is not finished, or it opened again
 */
record InstanceView(
        UUID id,
        UUID templateId,
        String name,
        String sender,
        Status status,
        long version,
        List<Step> steps,
        Rules rules,
        Schedule schedule,
        Integer dailyLimit,
        boolean stopCompanyOnReply,
        Instant finishedAt,
        Instant createdAt,
        Instant updatedAt) {

    @JsonProperty
    boolean finished() {
        return finishedAt != null;
    }

    /** What a list shows: the steps of 200 instances could be 140 MB. */
    record Summary(
            UUID id,
            UUID templateId,
            String name,
            String sender,
            Status status,
            long version,
            int stepCount,
            Instant finishedAt,
            Instant createdAt,
            Instant updatedAt) {

        @JsonProperty
        boolean finished() {
            return finishedAt != null;
        }
    }
}
