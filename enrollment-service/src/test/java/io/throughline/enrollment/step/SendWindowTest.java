package io.throughline.enrollment.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendWindowTest {

    private static final List<String> WORK_DAYS = List.of("mon", "tue", "wed", "thu", "fri");
    private static final List<String> ALL_DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    /** 2026-11-27 is a Friday. */
    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin,       2026-11-27T07:59:59Z, 2026-11-27T08:00:00Z",
        "Europe/Berlin,       2026-11-27T08:00:00Z, 2026-11-27T08:00:00Z",
        "Europe/Berlin,       2026-11-27T15:59:59Z, 2026-11-27T15:59:59Z",
        "Europe/Berlin,       2026-11-27T16:00:00Z, 2026-11-30T08:00:00Z",
        "Europe/Berlin,       2026-11-28T12:00:00Z, 2026-11-30T08:00:00Z",
        "America/Los_Angeles, 2026-11-28T00:30:00Z, 2026-11-28T00:30:00Z",
        "Asia/Tokyo,          2026-11-26T20:00:00Z, 2026-11-27T00:00:00Z",
        "Pacific/Kiritimati,  2026-11-27T03:00:00Z, 2026-11-29T19:00:00Z",
        "Asia/Kathmandu,      2026-11-27T00:00:00Z, 2026-11-27T03:15:00Z",
    })
    void opensOnItsDaysWhereSomebodyIs(String zone, Instant now, Instant opening) {
        assertThat(window(WORK_DAYS, "09:00", "17:00").opening(now, ZoneId.of(zone)))
                .isEqualTo(opening);
    }

    /** Berlin's clocks went from 02:00 to 03:00 at 2026-03-29T01:00Z, a Sunday. */
    @ParameterizedTest
    @CsvSource({
        // A beginning that does not exist: after the gap.
        "02:30, 05:00, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z",
        // An end that does not exist: the window ends with the gap.
        "01:00, 02:30, 2026-03-29T00:59:59Z, 2026-03-29T00:59:59Z",
        "01:00, 02:30, 2026-03-29T01:00:00Z, 2026-03-29T23:00:00Z",
        // In the gap altogether: not that day.
        "02:10, 02:50, 2026-03-29T00:30:00Z, 2026-03-30T00:10:00Z",
        "09:00, 17:00, 2026-03-28T18:00:00Z, 2026-03-29T07:00:00Z",
    })
    void keepsToTheWallWhereClocksGoForward(String from, String to, Instant now, Instant opening) {
        assertThat(window(ALL_DAYS, from, to).opening(now, BERLIN)).isEqualTo(opening);
    }

    /** Berlin's clocks went from 03:00 back to 02:00 at 2026-10-25T01:00Z. */
    @ParameterizedTest
    @CsvSource({
        // From the first 02:30 (00:30Z) …
        "02:30, 04:00, 2026-10-25T00:00:00Z, 2026-10-25T00:30:00Z",
        // … to the second (01:30Z).
        "01:00, 02:30, 2026-10-25T01:29:59Z, 2026-10-25T01:29:59Z",
        "01:00, 02:30, 2026-10-25T01:30:00Z, 2026-10-26T00:00:00Z",
        "09:00, 17:00, 2026-10-24T18:00:00Z, 2026-10-25T08:00:00Z",
    })
    void keepsToTheWallWhereClocksGoBack(String from, String to, Instant now, Instant opening) {
        assertThat(window(ALL_DAYS, from, to).opening(now, BERLIN)).isEqualTo(opening);
    }

    @Test
    void endsWithTheDay() {
        SendWindow evening = window(List.of("sun"), "20:00", "24:00");
        Instant late = Instant.parse("2026-11-29T22:59:59.9Z");
        assertThat(evening.opening(late, BERLIN)).isEqualTo(late);
        assertThat(evening.opening(Instant.parse("2026-11-29T23:00:00Z"), BERLIN))
                .isEqualTo(Instant.parse("2026-12-06T19:00:00Z"));
    }

    @Test
    void isAlwaysOpenWithoutASchedule() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            Instant any = Instant.ofEpochSecond(random.nextInt());
            assertThat(SendWindow.of(null).opening(any, BERLIN)).isEqualTo(any);
        }
    }

    @Test
    void takesTheZoneOfSomebodyOnlyWhenThereIsSuchAZone() {
        SendWindow window = window(ALL_DAYS, "09:00", "17:00");
        assertThat(window.zone("America/New_York")).isEqualTo(ZoneId.of("America/New_York"));
        assertThat(window.zone(" Asia/Tokyo ")).isEqualTo(ZoneId.of("Asia/Tokyo"));
        for (Object none : new Object[] {null, "", "Mars/Olympus", 5, true, "09:00\n"}) {
            assertThat(window.zone(none)).as("%s", none).isEqualTo(BERLIN);
        }
        assertThat(SendWindow.of(null).zone()).hasToString("Z");
    }

    /** Every zone there is, any instant of 40 years: the opening is inside the window, and there is none before it. */
    @Test
    void opensInsideTheWindowAndNotBeforeInAnyZone() {
        long seed = new Random().nextLong();
        System.out.println("SendWindowTest seed " + seed);
        Random random = new Random(seed);
        SendWindow window = window(WORK_DAYS, "09:00", "17:00");
        List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        for (int i = 0; i < 20_000; i++) {
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            Instant now = Instant.ofEpochSecond(946_684_800L + random.nextInt(1_262_304_000));
            Instant opening = window.opening(now, zone);
            assertThat(inside(opening, zone)).as("%d %s %s", seed, zone, now).isTrue();
            for (Instant before = now; before.isBefore(opening); before = before.plus(Duration.ofMinutes(97))) {
                assertThat(inside(before, zone))
                        .as("%d %s %s", seed, zone, before)
                        .isFalse();
            }
        }
    }

    private static boolean inside(Instant instant, ZoneId zone) {
        ZonedDateTime wall = instant.atZone(zone);
        return wall.getDayOfWeek().getValue() <= 5 && wall.getHour() >= 9 && wall.getHour() < 17;
    }

    private static SendWindow window(List<String> days, String from, String to) {
        return SendWindow.of(new Schedule(days, from, to, "Europe/Berlin"));
    }
}
