package io.throughline.campaign.instance;

import io.throughline.campaign.template.TemplateFixture;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.platform.time.Ids;
import java.time.Instant;

final class InstanceFixture {

    private InstanceFixture() {}

    static Instance draft(Instant now) {
        return new Instance(
                Ids.next(),
                TemplateFixture.template(now),
                "Spring",
                "ann@example.com",
                InstanceSnapshot.Rules.DEFAULT,
                now);
    }
}
