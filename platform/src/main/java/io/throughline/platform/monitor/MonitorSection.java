package io.throughline.platform.monitor;

import java.util.Map;

/** One part of what a service shows of itself in {@code GET /api/monitor}. Every bean of this type is asked. */
public interface MonitorSection {

    /** For example {@code pool}, {@code outbox}, {@code queue}. */
    String name();

    /** JSON-able figures; units in the names ({@code oldestAgeSeconds}). Must answer within the pool's time-out. */
    Map<String, Object> figures();
}
