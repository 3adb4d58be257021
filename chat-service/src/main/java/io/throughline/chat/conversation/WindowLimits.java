package io.throughline.chat.conversation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/** How much of a conversation an answerer is told: the newest messages within both limits. */
@ConfigMapping(prefix = "throughline.chat.window")
interface WindowLimits {

    /** The question included. */
    @WithDefault("50")
    @Min(2)
    @Max(200)
    int messages();

    /** Of the history, estimated as characters / 4; about the price of the question's system prompt and tools times ten. */
    @WithDefault("12000")
    @Min(100)
    int tokens();
}
