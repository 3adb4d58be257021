package io.throughline.enrollment.sequence;

import com.samskivert.mustache.MustacheException;
import io.throughline.enrollment.step.Condition;
import io.throughline.enrollment.step.Reactions;
import io.throughline.enrollment.step.SendWindow;
import io.throughline.enrollment.step.Variants;
import io.throughline.events.campaign.InstanceSnapshot.Variant;
import io.throughline.events.campaign.Tracking;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A step of an instance, read once for all of a batch who are due for it. */
final class Step {

    private final Sender sender;
    private final SendWindow window;
    private final Rules rules;
    private final List<Variant> variants;
    private final Map<Variant, Optional<Wording>> wordings = new HashMap<>();

    /**
     * @param mailbox as recipients see it
     * @param address what is counted by
     * @param dailyLimit of this instance; null: none
     * @param counted whether some instance of the tenant has a limit on the address
     */
    record Sender(String mailbox, String address, Integer dailyLimit, boolean counted) {}

    /**
     * @param condition null: none
     * @param nextDelay of the step after it; null: there is none
     */
    record Rules(String channel, Map<String, Object> condition, Duration nextDelay, Tracking tracking) {}

    /** @param variants the one wording, without a name, where a step has no variants */
    Step(Sender sender, SendWindow window, Rules rules, List<Variant> variants) {
        this.sender = sender;
        this.window = window;
        this.rules = rules;
        this.variants = variants;
        variants.forEach(variant -> wordings.put(variant, wording(variant)));
    }

    private static Optional<Wording> wording(Variant variant) {
        try {
            return Optional.of(Wording.of(variant.subject(), variant.body(), variant.html()));
        } catch (MustacheException unreadable) {
            return Optional.empty();
        }
    }

    /** Why it is not to be sent to somebody who did that; empty: it is. */
    Optional<String> skipReason(Reactions reactions) {
        if (rules.condition() == null) {
            return Optional.empty();
        }
        return Condition.of(rules.condition())
                .map(condition -> condition.holds(reactions) ? Optional.<String>empty() : Optional.of("condition"))
                .orElse(Optional.of("unreadable_condition"));
    }

    Variant variant(UUID enrollment, int number) {
        return variants.size() == 1 ? variants.getFirst() : Variants.of(variants, enrollment, number);
    }

    /** Empty when its template cannot be read. */
    Optional<Wording> wording(UUID enrollment, int number) {
        return wordings.get(variant(enrollment, number));
    }

    Sender sender() {
        return sender;
    }

    SendWindow window() {
        return window;
    }

    String channel() {
        return rules.channel();
    }

    Tracking tracking() {
        return rules.tracking();
    }

    Duration nextDelay() {
        return rules.nextDelay();
    }
}
