package io.throughline.jobs.outreach;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Without a key, mails have no links of ours: nothing is tracked, and nobody can unsubscribe by one. */
@ConfigMapping(prefix = "throughline.tracking")
interface TrackingSettings {

    /** 32 bytes each in Base64, the newest first; analytics-service needs them all. */
    Optional<List<String>> keys();
}
