package io.throughline.analytics.ingest;

import io.throughline.platform.events.InboundEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The first day on which an enrollment had each {@link Kind} of event, and whether anyone but a machine was it. A first
 * moves only towards the past and a machine's mark only goes away, so what is reached does not depend on the order in
 * which events arrive.
 *
 * <p>As text: {@code email/opened/1=20417;email/sent/1=20416~}. The number counts days since 1970-01-01; {@code ~}: by
 * machines only. Sorted, so that equal contents are equal texts.
 */
final class Firsts {

    /** A row that could grow without bound would make every further event of its enrollment slower. */
    private static final int MOST = 1000;

    private record First(Kind kind, long day, boolean human) {}

    /** By kind. Mostly a dozen or so, which is faster to look through than any map. */
    private final List<First> sorted = new ArrayList<>();
    /** As long as nothing has changed. */
    private String parsed = "";

    static Firsts parse(String text) {
        Firsts firsts = new Firsts();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            int end = text.indexOf(';', equals);
            if (end < 0) {
                end = text.length();
            }
            boolean human = text.charAt(end - 1) != '~';
            firsts.sorted.add(new First(
                    Kind.parse(text.substring(at, equals)),
                    Long.parseLong(text, equals + 1, human ? end : end - 1, 10),
                    human));
            at = end + 1;
        }
        firsts.parsed = text;
        return firsts;
    }

    String text() {
        if (parsed != null) {
            return parsed;
        }
        StringBuilder text = new StringBuilder(sorted.size() * 24);
        for (First first : sorted) {
            if (!text.isEmpty()) {
                text.append(';');
            }
            text.append(first.kind.text()).append('=').append(first.day);
            if (!first.human) {
                text.append('~');
            }
        }
        return text.toString();
    }

    /** @throws InboundEvent.Rejection when the enrollment would have too many kinds of events */
    void add(Engagement event, Differences differences) {
        Kind kind = Kind.of(event.channel(), event.eventType(), event.stepNumber());
        long day = Math.floorDiv(event.occurredAt().getEpochSecond(), 86_400L);
        boolean human = !event.machine();
        int place = place(kind);
        First known = place < sorted.size() && sorted.get(place).kind.equals(kind) ? sorted.get(place) : null;
        if (known == null) {
            if (sorted.size() >= MOST) {
                throw new InboundEvent.Rejection(
                        "too_many_kinds",
                        "the enrollment has events of " + MOST + " different channels, types and steps already");
            }
            differences.first(event, day, has(kind, true, false), has(kind, false, false));
        } else if (day < known.day) {
            differences.firstMoved(event, known.day, day);
        }
        if (human && (known == null || !known.human)) {
            differences.firstHuman(event, has(kind, true, true), has(kind, false, true));
        }
        if (known == null) {
            sorted.add(place, new First(kind, day, human));
            parsed = null;
        } else if (day < known.day || human && !known.human) {
            sorted.set(place, new First(kind, Math.min(day, known.day), human || known.human));
            parsed = null;
        }
    }

    /** Where the kind is or belongs. */
    private int place(Kind kind) {
        int place = 0;
        while (place < sorted.size() && sorted.get(place).kind.compareTo(kind) < 0) {
            place++;
        }
        return place;
    }

    /** Whether there is a first of the same type. */
    private boolean has(Kind kind, boolean sameChannel, boolean human) {
        for (First first : sorted) {
            if ((!human || first.human)
                    && first.kind.eventType().equals(kind.eventType())
                    && (!sameChannel || first.kind.channel().equals(kind.channel()))) {
                return true;
            }
        }
        return false;
    }
}
