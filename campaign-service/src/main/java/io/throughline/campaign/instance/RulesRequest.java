package io.throughline.campaign.instance;

import io.throughline.campaign.Fields;
import io.throughline.events.campaign.InstanceSnapshot.Rules;
import java.util.Objects;
import java.util.Set;

/**
 * How an instance shall take contacts; null leaves a part as it is.
 *
 * @param exclusive whether its contacts go on in one exclusive instance at a time
 * @param reentry {@code never} or {@code after_end}
 */
record RulesRequest(Boolean exclusive, String reentry) {

    private static final Set<String> REENTRY = Set.of("never", "after_end");

    static Rules over(Rules before, RulesRequest asked, Fields fields) {
        if (asked == null) {
            return before;
        }
        String reentry = Objects.requireNonNullElse(asked.reentry(), before.reentry());
        if (!REENTRY.contains(reentry)) {
            fields.refuse("/rules/reentry", "must be never or after_end");
        }
        return new Rules(Objects.requireNonNullElse(asked.exclusive(), before.exclusive()), reentry);
    }
}
