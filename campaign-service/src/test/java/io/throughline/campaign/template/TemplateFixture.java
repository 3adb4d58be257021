package io.throughline.campaign.template;

import io.throughline.events.campaign.InstanceSnapshot.Step;
import io.throughline.platform.time.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

public final class TemplateFixture {

    private TemplateFixture() {}

    public static Template template(Instant now) {
        return new Template(
                Ids.next(),
                "Welcome",
                List.of(new Step(1, "email", Duration.ZERO, "Hello", "Hi", null, null, null, null)),
                now);
    }
}
