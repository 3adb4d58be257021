package io.throughline.jobs.push;

import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.util.Map;

/** The streams of this replica; {@code sent} and {@code droppedSlow} since it started. */
@Singleton
class StreamsSection implements MonitorSection {

    private final Streams streams;

    StreamsSection(Streams streams) {
        this.streams = streams;
    }

    @Override
    public String name() {
        return "streams";
    }

    @Override
    public Map<String, Object> figures() {
        Streams.Figures figures = streams.figures();
        return Map.of("clients", figures.clients(), "sent", figures.sent(), "droppedSlow", figures.droppedSlow());
    }
}
