package io.throughline.enrollment.step;

import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The hours of the week in which something may be sent, on the wall of whoever gets it. Where clocks change: a time that
 * does not exist is the first instant after the gap; of a time that comes twice, a window begins with the first and ends with
 * the second. So a window that lies in a gap altogether does not open that day.
 */
public final class SendWindow {

    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    /** A window each week, perhaps in a gap once. */
    private static final int LONGEST_SEARCH_DAYS = 15;

    private final Set<DayOfWeek> days;
    private final LocalTime from;
    private final LocalTime to;
    private final ZoneId zone;

    private SendWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
        this.days = days;
        this.from = from;
        this.to = to;
        this.zone = zone;
    }

    /** @param schedule null: always open, and the sender's day is one in UTC */
    public static SendWindow of(Schedule schedule) {
        if (schedule == null) {
            return new SendWindow(EnumSet.allOf(DayOfWeek.class), LocalTime.MIN, LocalTime.MIN, ZoneOffset.UTC);
        }
        EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        schedule.days().forEach(day -> days.add(DayOfWeek.of(DAYS.indexOf(day) + 1)));
        return new SendWindow(days, time(schedule.from()), time(schedule.to()), ZoneId.of(schedule.timeZone()));
    }

    /** The end of a day, {@code 24:00}, is kept as its beginning: the only time at which no window can end. */
    private static LocalTime time(String text) {
        return text.equals("24:00") ? LocalTime.MIN : LocalTime.parse(text);
    }

    /** Where it is not known where somebody is. */
    public ZoneId zone() {
        return zone;
    }

    /** @param name IANA name or offset; null, or what is none: the window's own */
    public ZoneId zone(Object name) {
        try {
            return name instanceof String text && !text.isBlank() ? ZoneId.of(text.strip()) : zone;
        } catch (DateTimeException unknown) {
            return zone;
        }
    }

    /** The first instant from the given one on at which it is open in that zone: the given one itself, if it is open then. */
    public Instant opening(Instant instant, ZoneId where) {
        LocalDate first = instant.atZone(where).toLocalDate();
        for (int day = 0; day <= LONGEST_SEARCH_DAYS; day++) {
            LocalDate date = first.plusDays(day);
            Instant opens = instant(date.atTime(from), where, true);
            Instant closes = instant(end(date), where, false);
            if (days.contains(date.getDayOfWeek()) && closes.isAfter(instant) && opens.isBefore(closes)) {
                return opens.isAfter(instant) ? opens : instant;
            }
        }
        throw new IllegalStateException("no window opens in " + where);
    }

    private LocalDateTime end(LocalDate date) {
        return to.equals(LocalTime.MIN) ? date.plusDays(1).atStartOfDay() : date.atTime(to);
    }

    private static Instant instant(LocalDateTime wall, ZoneId where, boolean earlier) {
        ZoneOffsetTransition transition = where.getRules().getTransition(wall);
        if (transition == null) {
            return wall.atZone(where).toInstant();
        }
        if (transition.isGap()) {
            return transition.getInstant();
        }
        return wall.toInstant(earlier ? transition.getOffsetBefore() : transition.getOffsetAfter());
    }
}
