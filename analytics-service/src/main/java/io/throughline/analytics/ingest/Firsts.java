package io.throughline.analytics.ingest;

import io.throughline.platform.events.InboundEvent;
import java.util.TreeMap;

/**
 * The first day on which an enrollment had each (channel, type, step), and whether anyone but a machine was it. A first
 * moves only towards the past and a machine's mark only goes away, so what is reached does not depend on the order in
 * which events arrive.
 *
 * <p>As text: {@code email/opened/1=20417;email/sent/1=20416~}. The number counts days since 1970-01-01; {@code ~}: by
 * machines only. Sorted, so that equal contents are equal texts.
 */
final class Firsts {

    /** A row that could grow without bound would make every further event of its enrollment slower. */
    private static final int MOST = 1000;

    private record First(String channel, String eventType, int step, long day, boolean human) {}

    private final TreeMap<String, First> byKind = new TreeMap<>();
    /** As long as nothing has changed. */
    private String parsed;

    static Firsts parse(String text) {
        Firsts firsts = new Firsts();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf(';', at);
            firsts.parseOne(text.substring(at, end < 0 ? text.length() : end));
            at = end < 0 ? text.length() : end + 1;
        }
        firsts.parsed = text;
        return firsts;
    }

    private void parseOne(String text) {
        boolean human = !text.endsWith("~");
        int equals = text.indexOf('=');
        String kind = text.substring(0, equals);
        int channelEnd = kind.indexOf('/');
        int stepStart = kind.lastIndexOf('/') + 1;
        byKind.put(
                kind,
                new First(
                        kind.substring(0, channelEnd),
                        kind.substring(channelEnd + 1, stepStart - 1),
                        Integer.parseInt(kind, stepStart, kind.length(), 10),
                        Long.parseLong(text, equals + 1, human ? text.length() : text.length() - 1, 10),
                        human));
    }

    String text() {
        if (parsed != null) {
            return parsed;
        }
        StringBuilder text = new StringBuilder(byKind.size() * 24);
        byKind.forEach((kind, first) -> {
            if (!text.isEmpty()) {
                text.append(';');
            }
            text.append(kind).append('=').append(first.day());
            if (!first.human()) {
                text.append('~');
            }
        });
        return text.toString();
    }

    /** @throws InboundEvent.Rejection when the enrollment would have too many kinds of events */
    void add(Engagement event, Differences differences) {
        String kind = event.channel() + '/' + event.eventType() + '/' + event.stepNumber();
        long day = Math.floorDiv(event.occurredAt().getEpochSecond(), 86_400L);
        boolean human = !event.machine();
        First known = byKind.get(kind);
        if (known == null) {
            if (byKind.size() >= MOST) {
                throw new InboundEvent.Rejection(
                        "too_many_kinds",
                        "the enrollment has events of " + MOST + " different channels, types and steps already");
            }
            differences.first(event, day, has(event.channel(), event.eventType()), has(null, event.eventType()));
        } else if (day < known.day()) {
            differences.firstMoved(event, known.day(), day);
        }
        if (human && (known == null || !known.human())) {
            differences.firstHuman(
                    event, hasHuman(event.channel(), event.eventType()), hasHuman(null, event.eventType()));
        }
        if (known == null || day < known.day() || human && !known.human()) {
            parsed = null;
            byKind.put(
                    kind,
                    new First(
                            event.channel(),
                            event.eventType(),
                            event.stepNumber(),
                            known == null ? day : Math.min(day, known.day()),
                            human || known != null && known.human()));
        }
    }

    /** @param channel null: any */
    private boolean has(String channel, String eventType) {
        return byKind.values().stream().anyMatch(first -> matches(first, channel, eventType));
    }

    private boolean hasHuman(String channel, String eventType) {
        return byKind.values().stream().anyMatch(first -> first.human() && matches(first, channel, eventType));
    }

    private static boolean matches(First first, String channel, String eventType) {
        return first.eventType().equals(eventType)
                && (channel == null || first.channel().equals(channel));
    }
}
