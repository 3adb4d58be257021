package io.throughline.enrollment.timeline;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

@ConfigMapping(prefix = "throughline.timeline")
interface TimelineSettings {

    /** As long as analytics keeps events: the two then tell the same. */
    @WithDefault("400")
    @Min(1)
    int keptDays();

    /** How often old activities are removed, ten thousand at a time until none is left. */
    @WithDefault("PT1H")
    Duration forgetEvery();
}
