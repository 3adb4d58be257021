package io.throughline.chat.conversation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** How much of a conversation an answerer is told: the newest messages within both limits. See {@link Window}. */
@ConfigMapping(prefix = "throughline.chat.window")
public interface WindowLimits {

    /** The question included. */
    @WithDefault("50")
    @Min(4)
    @Max(200)
    int messages();

    /** Estimated as characters / 4, the question included; about ten times the price of instructions and tools. */
    @WithDefault("12000")
    @Min(100)
    int tokens();
}
