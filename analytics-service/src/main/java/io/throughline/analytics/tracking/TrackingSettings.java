package io.throughline.analytics.tracking;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

@ConfigMapping(prefix = "throughline.tracking")
interface TrackingSettings {

    /**
     * What job-worker signs links with: 32 bytes each in Base64, the newest first. Mails are opened for years; an older key goes
     * when its links need not work any more. None: no link is known.
     */
    Optional<List<String>> keys();

    /** How long a reader waits for an open or a click to be kept; it is kept all the same. */
    @WithDefault("300MS")
    Duration patience();

    /** How long one who unsubscribes waits, before they are told to try again. */
    @WithDefault("5S")
    Duration unsubscribePatience();

    /** Opens, or clicks, of one mail that are kept per minute; programs that fetch in a loop are answered all the same. */
    @WithDefault("30")
    int perMinute();
}
