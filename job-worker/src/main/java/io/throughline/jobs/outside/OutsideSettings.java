package io.throughline.jobs.outside;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The providers, by name: {@code throughline.outside.<provider>.url} and so on. */
@ConfigMapping(prefix = "throughline.outside")
interface OutsideSettings {

    @WithParentName
    Map<String, Provider> providers();

    enum Method {
        /** Parameters go into the URL; may be asked again. */
        GET,
        /** Parameters are the JSON body; sent once per attempt, whatever becomes of it. */
        POST
    }

    interface Provider {

        /** With {@code {name}} where a parameter goes, percent-encoded. Without a URL there is no such provider. */
        Optional<String> url();

        @WithDefault("GET")
        Method method();

        /** Sent as {@code Authorization: Bearer …}, or as it is in {@link #keyHeader}. */
        Optional<String> apiKey();

        Optional<String> keyHeader();

        /** Calls in any {@link #window}, all replicas together. */
        @WithDefault("100")
        int limit();

        @WithDefault("10S")
        Duration window();

        /** Calls at a time, all replicas together. */
        @WithDefault("10")
        int concurrency();

        @WithDefault("2S")
        Duration connectTimeout();

        /** From the first byte sent to the last byte read. */
        @WithDefault("10S")
        Duration timeout();

        /**
         * What a call waits for its turn before it is put off. Longer than the window, or every job of a long queue would be
         * begun and put off while the window is full.
         */
        @WithDefault("15S")
        Duration patience();

        /** After the first try, GET only. */
        @WithDefault("2")
        int retries();

        /** The longest wait before the first retry, doubling with each; the wait itself is drawn from zero to it. */
        @WithDefault("200MS")
        Duration backoff();

        /** Retries per call over time. More would be our share in a provider's collapse. */
        @WithDefault("0.2")
        double retryRatio();

        /** Of the last {@link #breakerCalls}, half failing: nobody is asked for {@link #breakerRest}. */
        @WithDefault("20")
        int breakerCalls();

        @WithDefault("10S")
        Duration breakerRest();

        /** Of an answered call, in whatever currency the provider's bill is. */
        @WithDefault("0")
        BigDecimal costPerCall();
    }
}
