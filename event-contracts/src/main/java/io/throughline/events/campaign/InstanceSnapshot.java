package io.throughline.events.campaign;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The whole instance with its steps, as it is now. Topic {@code campaign.instances.v1}, key: {@code instanceId},
 * tenant in the header.
 *
 * @param status one of {@code draft, active, paused, completed, archived}
 * @param sender RFC 5322 mailbox, for example {@code Ann <ann@example.com>}
 * @param version grows by one with every change; a consumer keeps the highest it has seen
 * @param rules null: {@link Rules#DEFAULT}
 * @param steps ordered, numbered from 1; frozen when the instance is made
 */
public record InstanceSnapshot(
        UUID instanceId,
        UUID templateId,
        String name,
        String sender,
        String status,
        long version,
        List<Step> steps,
        Rules rules,
        Instant createdAt,
        Instant updatedAt) {

    public static final String TYPE = "io.throughline.campaign.instance";

    /**
     * How the instance takes contacts.
     *
     * @param exclusive a contact goes on in one exclusive instance at a time
     * @param reentry {@code never}, or {@code after_end}: who has come to the end may be enrolled again
     */
    public record Rules(boolean exclusive, String reentry) {

        public static final Rules DEFAULT = new Rules(true, "never");
    }

    /**
     * @param delay counted from the step before (for step 1: from enrollment or activation, whichever is later)
     * @param condition null: always
     */
    public record Step(
            int stepNumber,
            String channel,
            Duration delay,
            String subject,
            String body,
            Map<String, Object> condition) {}
}
