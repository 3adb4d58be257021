package io.throughline.chat.conversation;

import io.smallrye.config.ConfigMapping;
import java.util.Map;
import java.util.Optional;

/** How texts of conversations lie in the database. Without a key they are plain. */
@ConfigMapping(prefix = "throughline.chat.sealing")
interface SealingSettings {

    /** The name of the key that seals what is written from now on. */
    Optional<String> key();

    /** 256-bit keys in Base64 by name. Older ones stay here as long as texts sealed with them are to be read. */
    Map<String, String> keys();
}
