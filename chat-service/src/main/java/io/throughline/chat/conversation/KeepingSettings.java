package io.throughline.chat.conversation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long conversations are kept, and how gently they go. */
@ConfigMapping(prefix = "throughline.chat.keeping")
interface KeepingSettings {

    /** Since the last message. */
    @WithDefault("P30D")
    Duration expiry();

    /** Expired or deleted rows that are left from before are looked for this often. */
    @WithDefault("PT10M")
    Duration interval();

    /** Rows that one statement removes. */
    @WithDefault("500")
    int batch();
}
