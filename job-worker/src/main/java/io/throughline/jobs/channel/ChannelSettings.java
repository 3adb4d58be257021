package io.throughline.jobs.channel;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How endpoints of tenants are spoken to; limits and time-outs of each are {@code throughline.outside.endpoints}. */
@ConfigMapping(prefix = "throughline.channels")
public interface ChannelSettings {

    /** 32 bytes each in Base64: the first seals secrets, each of them opens. Without one no endpoint can be set. */
    Optional<List<String>> keys();

    /** Before a message that was not taken is tried again; doubles each time, five times at most. */
    @WithDefault("1M")
    Duration deferral();

    /** With the default deferral the last try is almost four hours after the first. */
    @WithDefault("12")
    int tries();

    /** An endpoint away for less is waited for by the run itself. */
    @WithDefault("10S")
    Duration patience();

    /** After {@link #patience}, the job gives its place to others and looks again after this. */
    @WithDefault("30S")
    Duration absence();

    /** An endpoint away for so long is a matter for people: the job fails and can be retried. */
    @WithDefault("48H")
    Duration giveUp();
}
