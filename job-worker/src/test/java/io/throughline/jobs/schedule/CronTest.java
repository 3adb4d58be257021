package io.throughline.jobs.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where clocks change, the expected moments are written by hand, with the offsets that the clocks on the wall had. */
class CronTest {

    private static final String BERLIN = "Europe/Berlin";
    private static final String NEW_YORK = "America/New_York";

    private static Cron cron(String text, String zone) {
        return Cron.parse(text, ZoneId.of(zone));
    }

    private static Instant at(String time) {
        return ZonedDateTime.parse(time).toInstant();
    }

    /** All slots in (after, until]. */
    private static List<Instant> slots(Cron cron, Instant after, Instant until) {
        List<Instant> slots = new ArrayList<>();
        Optional<Instant> slot = cron.next(after);
        while (slot.isPresent() && !slot.get().isAfter(until)) {
            slots.add(slot.get());
            slot = cron.next(slot.get());
        }
        return slots;
    }

    private static void assertSlots(String cron, String zone, String after, String until, String... expected) {
        assertThat(slots(cron(cron, zone), at(after), at(until)))
                .containsExactly(Stream.of(expected).map(CronTest::at).toArray(Instant[]::new));
    }

    /** Every quarter of an hour after the first moment, up to the last. */
    private static String[] quarters(String first, String last) {
        return Stream.iterate(at(first), each -> !each.isAfter(at(last)), each -> each.plus(Duration.ofMinutes(15)))
                .map(Instant::toString)
                .toArray(String[]::new);
    }

    @Test
    void firesADailyTimeThatDoesNotExistOnceAtTheFirstInstantAfterTheGap() {
        assertSlots(
                "30 2 * * *",
                BERLIN,
                "2026-03-27T12:00:00+01:00",
                "2026-03-30T12:00:00+02:00",
                "2026-03-28T02:30:00+01:00",
                "2026-03-29T03:00:00+02:00",
                "2026-03-30T02:30:00+02:00");
        assertSlots(
                "30 2 * * *",
                BERLIN,
                "2027-03-27T12:00:00+01:00",
                "2027-03-29T12:00:00+02:00",
                "2027-03-28T03:00:00+02:00",
                "2027-03-29T02:30:00+02:00");
        assertSlots(
                "30 2 * * *",
                NEW_YORK,
                "2026-03-07T01:00:00-05:00",
                "2026-03-09T12:00:00-04:00",
                "2026-03-07T02:30:00-05:00",
                "2026-03-08T03:00:00-04:00",
                "2026-03-09T02:30:00-04:00");
        assertSlots(
                "30 2 * * *",
                NEW_YORK,
                "2027-03-13T12:00:00-05:00",
                "2027-03-15T12:00:00-04:00",
                "2027-03-14T03:00:00-04:00",
                "2027-03-15T02:30:00-04:00");
    }

    @Test
    void firesADailyTimeThatComesTwiceTheFirstTimeOnly() {
        assertSlots(
                "30 2 * * *",
                BERLIN,
                "2026-10-24T12:00:00+02:00",
                "2026-10-26T12:00:00+01:00",
                "2026-10-25T02:30:00+02:00",
                "2026-10-26T02:30:00+01:00");
        assertSlots(
                "30 2 * * *",
                BERLIN,
                "2027-10-30T12:00:00+02:00",
                "2027-11-01T12:00:00+01:00",
                "2027-10-31T02:30:00+02:00",
                "2027-11-01T02:30:00+01:00");
        assertSlots(
                "30 1 * * *",
                NEW_YORK,
                "2026-10-31T12:00:00-04:00",
                "2026-11-02T12:00:00-05:00",
                "2026-11-01T01:30:00-04:00",
                "2026-11-02T01:30:00-05:00");
        assertSlots(
                "30 2 * * *",
                NEW_YORK,
                "2026-10-31T12:00:00-04:00",
                "2026-11-02T12:00:00-05:00",
                "2026-11-01T02:30:00-05:00",
                "2026-11-02T02:30:00-05:00");
        assertSlots(
                "30 1 * * *",
                NEW_YORK,
                "2027-11-06T12:00:00-04:00",
                "2027-11-08T12:00:00-05:00",
                "2027-11-07T01:30:00-04:00",
                "2027-11-08T01:30:00-05:00");
    }

    @Test
    void firesADailyTimeOnceEvenWhenAskedInTheMidstOfTheRepeatedHour() {
        assertSlots("15 2 * * *", BERLIN, "2026-10-25T02:45:00+02:00", "2026-10-25T23:00:00+01:00");
        assertSlots("15 2 * * *", BERLIN, "2026-10-25T02:00:00+01:00", "2026-10-25T23:00:00+01:00");
        assertSlots(
                "0 3 * * *", BERLIN, "2026-10-25T02:59:00+01:00", "2026-10-25T23:00:00+01:00", "2026-10-25T02:00:00Z");
    }

    @Test
    void firesHourlyEveryHourOfRealTime() {
        assertSlots(
                "0 * * * *",
                BERLIN,
                "2026-03-29T00:30:00+01:00",
                "2026-03-29T05:00:00+02:00",
                "2026-03-29T00:00:00Z",
                "2026-03-29T01:00:00Z",
                "2026-03-29T02:00:00Z",
                "2026-03-29T03:00:00Z");
        assertSlots(
                "30 * * * *",
                BERLIN,
                "2027-03-28T01:00:00+01:00",
                "2027-03-28T04:30:00+02:00",
                "2027-03-28T00:30:00Z",
                "2027-03-28T01:30:00Z",
                "2027-03-28T02:30:00Z");
        assertSlots(
                "0 * * * *",
                BERLIN,
                "2026-10-25T01:30:00+02:00",
                "2026-10-25T04:00:00+01:00",
                "2026-10-25T00:00:00Z",
                "2026-10-25T01:00:00Z",
                "2026-10-25T02:00:00Z",
                "2026-10-25T03:00:00Z");
        assertSlots(
                "0 * * * *",
                NEW_YORK,
                "2026-11-01T00:30:00-04:00",
                "2026-11-01T03:00:00-05:00",
                "2026-11-01T05:00:00Z",
                "2026-11-01T06:00:00Z",
                "2026-11-01T07:00:00Z",
                "2026-11-01T08:00:00Z");
        assertSlots(
                "0 * * * *",
                NEW_YORK,
                "2027-03-14T00:30:00-05:00",
                "2027-03-14T04:00:00-04:00",
                "2027-03-14T06:00:00Z",
                "2027-03-14T07:00:00Z",
                "2027-03-14T08:00:00Z");
        assertSlots(
                "30 * * * *",
                NEW_YORK,
                "2026-03-08T01:00:00-05:00",
                "2026-03-08T04:30:00-04:00",
                "2026-03-08T06:30:00Z",
                "2026-03-08T07:30:00Z",
                "2026-03-08T08:30:00Z");
        assertSlots(
                "0 * * * *",
                NEW_YORK,
                "2027-11-07T00:30:00-04:00",
                "2027-11-07T02:00:00-05:00",
                "2027-11-07T05:00:00Z",
                "2027-11-07T06:00:00Z",
                "2027-11-07T07:00:00Z");
    }

    @Test
    void firesEveryQuarterOfAnHourOfRealTime() {
        for (String[] night : new String[][] {
            {BERLIN, "2026-03-28T22:00:00Z", "2026-03-29T04:00:00Z"},
            {BERLIN, "2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z"},
            {BERLIN, "2027-03-27T22:00:00Z", "2027-03-28T04:00:00Z"},
            {BERLIN, "2027-10-30T22:00:00Z", "2027-10-31T04:00:00Z"},
            {NEW_YORK, "2026-03-08T04:00:00Z", "2026-03-08T10:00:00Z"},
            {NEW_YORK, "2026-11-01T04:00:00Z", "2026-11-01T10:00:00Z"},
            {NEW_YORK, "2027-03-14T04:00:00Z", "2027-03-14T10:00:00Z"},
            {NEW_YORK, "2027-11-07T04:00:00Z", "2027-11-07T10:00:00Z"}
        }) {
            String before = at(night[1]).minusSeconds(1).toString();
            assertSlots("*/15 * * * *", night[0], before, night[2], quarters(night[1], night[2]));
        }
    }

    @Test
    void firesAllThatAGapSwallowsAsOneAndGoesOnThroughARepeatedHourEachQuarter() {
        assertSlots(
                "*/15 2 * * *",
                BERLIN,
                "2027-03-28T00:00:00+01:00",
                "2027-03-28T23:00:00+02:00",
                "2027-03-28T01:00:00Z");
        assertSlots(
                "0,30 2,3 * * *",
                BERLIN,
                "2027-03-28T00:00:00+01:00",
                "2027-03-28T23:00:00+02:00",
                "2027-03-28T01:00:00Z",
                "2027-03-28T01:30:00Z");
        assertSlots(
                "*/15 2 * * *",
                BERLIN,
                "2026-10-25T00:00:00+02:00",
                "2026-10-25T23:00:00+01:00",
                quarters("2026-10-25T00:00:00Z", "2026-10-25T01:45:00Z"));
        assertSlots(
                "0 */2 * * *",
                BERLIN,
                "2026-10-25T00:30:00+02:00",
                "2026-10-25T05:00:00+01:00",
                "2026-10-25T02:00:00+02:00",
                "2026-10-25T04:00:00+01:00");
    }

    @Test
    void readsSecondsBeforeFiveFields() {
        assertSlots(
                "*/20 59 8 * * WED",
                "UTC",
                "2026-11-25T08:59:00.5Z",
                "2026-12-02T08:59:00Z",
                "2026-11-25T08:59:20Z",
                "2026-11-25T08:59:40Z",
                "2026-12-02T08:59:00Z");
        assertThat(cron("* * * * * *", "UTC").next(at("2026-11-25T12:00:00.7Z")))
                .hasValue(at("2026-11-25T12:00:01Z"));
    }

    @Test
    void eitherDaySufficesWhenBothAreRestricted() {
        assertSlots(
                "0 9 1 * MON",
                "UTC",
                "2026-11-25T12:00:00Z",
                "2026-12-08T00:00:00Z",
                "2026-11-30T09:00:00Z",
                "2026-12-01T09:00:00Z",
                "2026-12-07T09:00:00Z");
    }

    @Test
    void findsLeapDaysAndSaysWhenThereIsNoSuchDate() {
        assertThat(cron("0 0 29 2 *", BERLIN).next(at("2026-11-25T12:00:00Z")))
                .hasValue(at("2028-02-29T00:00:00+01:00"));
        assertThat(cron("0 0 31 2 *", BERLIN).next(at("2026-11-25T12:00:00Z"))).isEmpty();
    }

    @Test
    void findsTheLatestSlotWithoutWalkingThroughAll() {
        Cron everySecond = cron("* * * * * *", "UTC");
        assertThat(everySecond.latest(at("2020-01-01T00:00:00Z"), at("2026-11-25T12:00:00.9Z")))
                .isEqualTo(at("2026-11-25T12:00:00Z"));
        Cron morning = cron("*/5 9 * * MON", BERLIN);
        assertThat(morning.latest(at("2020-01-06T09:00:00+01:00"), at("2026-11-25T12:00:00Z")))
                .isEqualTo(at("2026-11-23T09:55:00+01:00"));
        assertThat(morning.latest(at("2026-11-23T09:55:00+01:00"), at("2026-11-25T12:00:00Z")))
                .isEqualTo(at("2026-11-23T09:55:00+01:00"));
    }

    @Test
    void saysWhichFieldIsWrongAndWhy() {
        assertThatThrownBy(() -> cron("61 25 * * FOO", "UTC"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("minute 61: Value 61 not in range [0, 59]")
                .hasMessageContaining("hour 25: Value 25 not in range [0, 23]")
                .hasMessageContaining("day of week FOO: ");
        assertThatThrownBy(() -> cron("60 * * * * *", "UTC")).hasMessageContaining("second 60: ");
        assertThatThrownBy(() -> cron("* * * *", "UTC")).hasMessageContaining("it has 4");
        assertThatThrownBy(() -> cron("  ", "UTC")).hasMessageContaining("it is empty");
        assertThatThrownBy(() -> cron("@daily", "UTC")).hasMessageContaining("it has 1");
        for (String wrong : List.of(
                "22-6", "*/0", "1,,2", "-5", "1-", "L", "?", "99999999999", "1/", ",", "*/", "a", "0-/5", "0-W")) {
            assertThatThrownBy(() -> cron(wrong + " * * * *", "UTC"))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("minute " + wrong);
        }
    }

    @Test
    void whateverIsWrittenIsReadOrRefused() {
        long seed = System.nanoTime();
        System.out.println("CronTest seed " + seed);
        Random random = new Random(seed);
        List<String> pieces = List.of(
                "*", "0", "1", "7", "31", "59", "/", "-", ",", "L", "W", "#", "?", "MON", "JAN", "*/", "0-", "é");
        Instant now = at("2026-11-25T12:00:00Z");
        for (int i = 0; i < 5000; i++) {
            String text = IntStream.range(0, 5 + random.nextInt(2))
                    .mapToObj(field -> IntStream.rangeClosed(0, random.nextInt(3))
                            .mapToObj(piece -> pieces.get(random.nextInt(pieces.size())))
                            .collect(Collectors.joining()))
                    .collect(Collectors.joining(" "));
            Optional<Cron> read;
            try {
                read = Optional.of(cron(text, BERLIN));
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
                continue;
            }
            read.flatMap(each -> each.next(now))
                    .ifPresent(next ->
                            assertThat(next).as("%s, seed %d", text, seed).isAfter(now));
        }
    }

    /** Sets of numbers, written as cron would have them, and read off the calendar minute by minute. */
    @Test
    void agreesWithACalendarReadMinuteByMinute() {
        long seed = System.nanoTime();
        System.out.println("CronTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            Set<Integer> minutes = some(random, 0, 59);
            Set<Integer> hours = some(random, 0, 23);
            boolean anyDay = random.nextBoolean();
            boolean anyWeekday = random.nextBoolean();
            Set<Integer> days = anyDay ? all(1, 31) : some(random, 1, 31);
            Set<Integer> months = random.nextBoolean() ? all(1, 12) : some(random, 1, 12);
            Set<Integer> weekdays = anyWeekday ? all(0, 6) : some(random, 0, 6);
            String text = String.join(
                    " ",
                    text(minutes),
                    text(hours),
                    anyDay ? "*" : text(days),
                    text(months),
                    anyWeekday ? "*" : text(weekdays));
            Instant from = LocalDate.of(2026, 1, 1)
                    .plusDays(random.nextInt(700))
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
            Instant until = from.plus(Duration.ofDays(45));
            List<Instant> expected = new ArrayList<>();
            for (Instant each = from; !each.isAfter(until); each = each.plus(Duration.ofMinutes(1))) {
                ZonedDateTime local = each.atZone(ZoneOffset.UTC);
                boolean day = days.contains(local.getDayOfMonth());
                boolean weekday = weekdays.contains(local.getDayOfWeek().getValue() % 7);
                if (minutes.contains(local.getMinute())
                        && hours.contains(local.getHour())
                        && months.contains(local.getMonthValue())
                        && (anyDay || anyWeekday ? day && weekday : day || weekday)) {
                    expected.add(each);
                }
            }
            List<Instant> shown = expected.subList(0, Math.min(300, expected.size()));
            Instant end = expected.size() > 300 ? shown.getLast() : until;
            assertThat(slots(cron(text, "UTC"), from.minusSeconds(1), end))
                    .as("%s from %s, seed %d", text, from, seed)
                    .isEqualTo(shown);
        }
    }

    private static Set<Integer> all(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> some(Random random, int first, int last) {
        Set<Integer> some = new TreeSet<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            some.add(first + random.nextInt(last - first + 1));
        }
        return some;
    }

    private static String text(Set<Integer> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
