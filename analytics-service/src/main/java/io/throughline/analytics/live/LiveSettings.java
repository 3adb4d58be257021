package io.throughline.analytics.live;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of the streams, per replica. */
@ConfigMapping(prefix = "throughline.live")
interface LiveSettings {

    /** Each costs a socket and, while its client does not read, one report in memory. */
    @WithDefault("200")
    int streams();

    /** So that one tenant's open pages leave room for others'. */
    @WithDefault("20")
    int streamsPerTenant();

    /** Between the end of one look at the versions and the next: no report is pushed more often. */
    @WithDefault("1S")
    Duration pause();

    /** Between two signs of life of a quiet stream: less than what proxies allow to be silent. */
    @WithDefault("15S")
    Duration heartbeat();
}
