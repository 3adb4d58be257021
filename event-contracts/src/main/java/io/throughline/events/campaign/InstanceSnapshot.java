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
 * @param schedule when something may be sent; null: at any time
 * @param dailyLimit messages a day from the sender's address, all instances of the tenant together; null: any number
 * @param stopCompanyOnReply whether a reply also ends the enrollments of those who work for the same company
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
        Instant updatedAt,
        Schedule schedule,
        Integer dailyLimit,
        boolean stopCompanyOnReply) {

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
     * @param body plain text
     * @param condition null: always; otherwise {@code {"if": what happened, "step": at which}}, or a list of them under
     *     {@code all} or {@code any}
     * @param variants one of them, by weight, instead of subject, body and html; null: there are none
     * @param html the same for those who read HTML; null: there is none
     * @param tracking null: opens and clicks
     */
    public record Step(
            int stepNumber,
            String channel,
            Duration delay,
            String subject,
            String body,
            Map<String, Object> condition,
            List<Variant> variants,
            String html,
            Tracking tracking) {}

    /**
     * @param weight its share is this out of the sum of all; 0: none any more
     * @param html null: there is none
     */
    public record Variant(String name, int weight, String subject, String body, String html) {}

    /**
     * Days and times on the wall where the recipient is; {@code timeZone} where that is not known.
     *
     * @param days of {@code mon, tue, wed, thu, fri, sat, sun}
     * @param from such as {@code 09:00}
     * @param to such as {@code 17:00}, later than {@code from}; {@code 24:00} is the end of the day
     * @param timeZone IANA name; the sender's day for {@code dailyLimit} is one there
     */
    public record Schedule(List<String> days, String from, String to, String timeZone) {}
}
