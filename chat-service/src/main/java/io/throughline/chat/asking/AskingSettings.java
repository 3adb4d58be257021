package io.throughline.chat.asking;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How answers reach the caller and how long they are good for another one. Public as nested settings have to be. */
@ConfigMapping(prefix = "throughline.chat")
public interface AskingSettings {

    Stream stream();

    Cache cache();

    interface Stream {

        /** Proxies give up on silence after 30 to 60 s. */
        @WithDefault("15S")
        Duration heartbeat();

        /**
         * How long an answer goes on without a reader, for one who comes back. A client is told to come back after half a
         * second. 0 ends it with its reader.
         */
        @WithDefault("2S")
        Duration grace();

        /** How long the events of an ended answer are kept word for word; the reply itself is in the conversation. */
        @WithDefault("30S")
        Duration kept();
    }

    interface Cache {

        @WithDefault("true")
        boolean enabled();

        /** For the same question in the same context, while the data it rests on is the same. */
        @WithDefault("1H")
        Duration kept();

        /** For answers about the moment: jobs, the monitor. */
        @WithDefault("30S")
        Duration keptPassing();

        /** Characters of replies a replica holds. */
        @WithDefault("8000000")
        long characters();
    }
}
