package io.throughline.chat.answer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Which model answers, and what one answer may cost. */
@ConfigMapping(prefix = "throughline.chat.model")
interface ModelSettings {

    /** From {@code ANTHROPIC_API_KEY}. Absent: the offline answerer takes over. */
    Optional<String> apiKey();

    /** From {@code ANTHROPIC_BASE_URL}: a proxy, a gateway, a stub. */
    Optional<String> baseUrl();

    /** Small and quick: the questions are look-ups, not essays. */
    @WithDefault("claude-haiku-5-5")
    String name();

    /** Of one call to the model; a reply of about 700 words. */
    @WithDefault("1024")
    @Min(64)
    @Max(16384)
    int maxTokens();

    /** For a whole answer, tools included. Below the 60 s after which the gateway gives up. */
    @WithDefault("30S")
    Duration limit();
}
