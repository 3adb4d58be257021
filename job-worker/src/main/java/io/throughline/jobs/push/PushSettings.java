package io.throughline.jobs.push;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Bounds of the streams, per replica. */
@ConfigMapping(prefix = "throughline.push")
interface PushSettings {

    /** Each costs a socket, a virtual thread and at most {@link #bufferedBytes}. */
    @WithDefault("2000")
    int clients();

    /** So that one tenant's open pages leave room for others'. */
    @WithDefault("200")
    int clientsPerTenant();

    /** What waits for a client before it counts as too slow. */
    @WithDefault("1000")
    int bufferedMessages();

    @WithDefault("4000000")
    int bufferedBytes();

    /** Origins of pages on other hosts that may open a WebSocket, such as {@code https://app.example.com}. */
    Optional<List<String>> origins();

    /** Between two signs of life of a quiet SSE stream: less than what proxies allow to be silent. */
    @WithDefault("15S")
    Duration heartbeat();

    /** Long enough for a page to open its stream, too short to be found in a log and used. */
    @WithDefault("30S")
    Duration ticketLife();
}
