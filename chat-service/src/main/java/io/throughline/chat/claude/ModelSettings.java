package io.throughline.chat.claude;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/** Which model answers, and what one answer may cost. Public because the validator calls nested settings. */
@ConfigMapping(prefix = "throughline.chat.model")
public interface ModelSettings {

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

    /** From a call's beginning to the first piece of text or tool use; a model that is up begins within 2 s. */
    @WithDefault("15S")
    Duration firstToken();

    /** Calls at once, per replica. One holds a connection and a few kilobytes. */
    @WithDefault("200")
    @Min(1)
    @Max(2000)
    int concurrency();

    /** How long a call waits for its turn before the caller is told to come back. */
    @WithDefault("2S")
    Duration patience();

    /** Dollars per million tokens. The defaults are those of Claude Haiku 4.5; set those of the model you use. */
    Prices prices();

    interface Prices {

        @WithDefault("1.00")
        BigDecimal input();

        @WithDefault("5.00")
        BigDecimal output();

        @WithDefault("1.25")
        BigDecimal cacheWrite();

        @WithDefault("0.10")
        BigDecimal cacheRead();
    }
}
