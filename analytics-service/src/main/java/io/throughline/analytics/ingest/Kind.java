package io.throughline.analytics.ingest;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an event is of: channel, type and step. As text {@code email/opened/1}; a channel and a type have no slash. There are
 * few of them and they are met with every event, so equal ones are mostly the same object.
 */
record Kind(String channel, String eventType, int step, String text) implements Comparable<Kind> {

    /** Types are the producers' to choose; beyond this many they are made anew each time. */
    private static final int MOST_KEPT = 10_000;

    private static final Map<String, Kind> KEPT = new ConcurrentHashMap<>();

    static Kind of(String channel, String eventType, int step) {
        String text = channel + '/' + eventType + '/' + step;
        Kind kept = KEPT.get(text);
        return kept != null ? kept : keep(new Kind(channel, eventType, step, text));
    }

    static Kind parse(String text) {
        Kind kept = KEPT.get(text);
        if (kept != null) {
            return kept;
        }
        int channelEnd = text.indexOf('/');
        int stepStart = text.lastIndexOf('/') + 1;
        return keep(new Kind(
                text.substring(0, channelEnd),
                text.substring(channelEnd + 1, stepStart - 1),
                Integer.parseInt(text, stepStart, text.length(), 10),
                text));
    }

    private static Kind keep(Kind kind) {
        if (KEPT.size() < MOST_KEPT) {
            KEPT.put(kind.text, kind);
        }
        return kind;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Kind kind && text.equals(kind.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public int compareTo(Kind other) {
        return text.compareTo(other.text);
    }
}
