package io.throughline.enrollment.sequence;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How the loop runs in this replica. */
@ConfigMapping(prefix = "throughline.sequence")
interface SequenceSettings {

    /** Off in a replica that shall only answer requests. */
    @WithDefault("true")
    boolean enabled();

    /** Steps planned per transaction: large enough that the statements' fixed cost vanishes, small enough for 50 ms. */
    @WithDefault("500")
    @Min(1)
    @Max(5000)
    int batch();

    /** How late a step may be found due when nothing rings. */
    @WithDefault("250ms")
    Duration poll();
}
