package io.throughline.jobs.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A cron expression in a time zone: five fields (minute, hour, day of month, month, day of week) or six with seconds
 * before them. When both days are restricted, either suffices.
 *
 * <p>cron-utils reckons in local time only. Left to itself it does not fire a daily 02:30 at all on a day without one;
 * where clocks change, the rules are these:
 *
 * <ul>
 *   <li>A local time that does not exist fires at the first instant after the gap, with all others of the gap as one.
 *       Crons of every hour are left alone: their next time is not far.
 *   <li>A local time that comes twice fires the first time only, unless the cron is one of every hour or its minute
 *       begins with {@code *}: those go on as time does.
 * </ul>
 */
final class Cron {

    private static final int LONGEST = 200;
    private static final Set<String> EVERY_HOUR = Set.of("*", "*/1", "0-23");
    private static final List<String> FIELDS =
            List.of("second", "minute", "hour", "day of month", "month", "day of week");

    private static final CronParser FIVE = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    private static final CronParser SIX = new CronParser(withSeconds());

    private final ExecutionTime local;
    private final ZoneRules rules;
    private final boolean everyHour;
    private final boolean repeats;

    private Cron(ExecutionTime local, ZoneId zone, String minute, String hour) {
        this.local = local;
        this.rules = zone.getRules();
        this.everyHour = EVERY_HOUR.contains(hour);
        this.repeats = everyHour || minute.startsWith("*");
    }

    /** As UNIX has it, with seconds. */
    private static CronDefinition withSeconds() {
        return CronDefinitionBuilder.defineCron()
                .withSeconds()
                .withValidRange(0, 59)
                .withStrictRange()
                .and()
                .withMinutes()
                .withValidRange(0, 59)
                .withStrictRange()
                .and()
                .withHours()
                .withValidRange(0, 23)
                .withStrictRange()
                .and()
                .withDayOfMonth()
                .withValidRange(1, 31)
                .withStrictRange()
                .and()
                .withMonth()
                .withValidRange(1, 12)
                .withStrictRange()
                .and()
                .withDayOfWeek()
                .withValidRange(0, 7)
                .withMondayDoWValue(1)
                .withIntMapping(7, 0)
                .withStrictRange()
                .and()
                .instance();
    }

    /** @throws IllegalArgumentException whose message names each field that cannot be read, and why */
    static Cron parse(String text, ZoneId zone) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("must have at most " + LONGEST + " characters");
        }
        String[] fields = text.strip().split("\\s+");
        if (fields.length != 5 && fields.length != 6) {
            throw new IllegalArgumentException("must have 5 fields, or 6 with seconds first: "
                    + (text.isBlank() ? "it is empty" : "it has " + fields.length));
        }
        CronParser parser = fields.length == 5 ? FIVE : SIX;
        List<String> faults = faults(parser, fields);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        return new Cron(
                ExecutionTime.forCron(parser.parse(String.join(" ", fields))),
                zone,
                fields[fields.length - 5],
                fields[fields.length - 4]);
    }

    /** Each field by itself, for the library tells the fault and not the field. */
    private static List<String> faults(CronParser parser, String[] fields) {
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            String[] alone = new String[fields.length];
            Arrays.fill(alone, "*");
            alone[i] = fields[i];
            try {
                parser.parse(String.join(" ", alone)).validate();
            } catch (IllegalArgumentException e) {
                String why =
                        e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
                faults.add(nameOf(i, fields) + ": " + why);
            } catch (IndexOutOfBoundsException e) {
                // What it makes of 0-/5 or a dash without numbers, where it should have found a fault.
                faults.add(nameOf(i, fields) + ": cannot be read");
            }
        }
        return faults;
    }

    private static String nameOf(int field, String[] fields) {
        return FIELDS.get(field + FIELDS.size() - fields.length) + " " + fields[field];
    }

    /** The first slot after that moment; empty: there is none. */
    Optional<Instant> next(Instant after) {
        ZoneOffsetTransition begin = rules.previousTransition(after.plusNanos(1));
        ZoneOffset offset = rules.getOffset(after);
        LocalDateTime floor = LocalDateTime.ofInstant(after, offset);
        ZoneOffsetTransition end = rules.nextTransition(after);
        while (true) {
            if (!repeats && begin != null && begin.isOverlap() && floor.isBefore(begin.getDateTimeBefore())) {
                floor = begin.getDateTimeBefore().minusNanos(1);
            }
            Optional<LocalDateTime> slot = nextLocal(floor);
            if (slot.isEmpty()) {
                return Optional.empty();
            }
            Instant moment = slot.get().toInstant(offset);
            if (end == null || moment.isBefore(end.getInstant())) {
                return Optional.of(moment);
            }
            if (!everyHour && end.isGap() && slot.get().isBefore(end.getDateTimeAfter())) {
                return Optional.of(end.getInstant());
            }
            begin = end;
            offset = end.getOffsetAfter();
            floor = end.getDateTimeAfter().minusNanos(1);
            end = rules.nextTransition(end.getInstant());
        }
    }

    /** Slots are whole seconds: what is below a second in {@code floor} changes nothing, but the library would keep it. */
    private Optional<LocalDateTime> nextLocal(LocalDateTime floor) {
        return local.nextExecution(floor.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneOffset.UTC))
                .map(ZonedDateTime::toLocalDateTime);
    }

    /**
     * The latest slot at or before {@code now}, by halving: a few dozen steps, however many lie between. None of those is
     * after {@code end}.
     *
     * @param slot one at or before {@code now}
     */
    Instant latest(Instant slot, Instant now) {
        Instant found = slot;
        Instant end = now;
        while (true) {
            Optional<Instant> next = next(found);
            if (next.isEmpty() || next.get().isAfter(now)) {
                return found;
            }
            Instant middle = found.plus(Duration.between(found, end).dividedBy(2));
            Optional<Instant> beyond = next(middle);
            if (beyond.isPresent() && !beyond.get().isAfter(now)) {
                found = beyond.get();
            } else {
                found = next.get();
                end = middle;
            }
        }
    }
}
