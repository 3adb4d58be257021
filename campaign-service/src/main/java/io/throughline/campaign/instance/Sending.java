package io.throughline.campaign.instance;

import io.throughline.campaign.Fields;
import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * When and how much an instance sends, and whom a reply stops.
 *
 * @param schedule null: at any time
 * @param dailyLimit null: any number
 */
record Sending(Schedule schedule, Integer dailyLimit, boolean stopCompanyOnReply) {

    static final Sending FREELY = new Sending(null, null, false);

    private static final int HIGHEST_LIMIT = 100_000;
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d|24:00");

    /**
     * As a client wishes it; null leaves a field as it is.
     *
     * @param schedule an empty one: at any time
     * @param dailyLimit 0: any number
     */
    record Wish(Schedule schedule, Integer dailyLimit, Boolean stopCompanyOnReply) {}

    Sending changed(Wish wish, Fields fields) {
        return new Sending(
                wish.schedule() == null ? schedule : checked(wish.schedule(), fields),
                wish.dailyLimit() == null ? dailyLimit : limit(wish.dailyLimit(), fields),
                wish.stopCompanyOnReply() == null ? stopCompanyOnReply : wish.stopCompanyOnReply());
    }

    private static Integer limit(int wished, Fields fields) {
        if (wished < 0 || wished > HIGHEST_LIMIT) {
            fields.refuse("/dailyLimit", "must be between 1 and " + HIGHEST_LIMIT + ", or 0 for none");
        }
        return wished == 0 ? null : wished;
    }

    private static Schedule checked(Schedule wished, Fields fields) {
        if (wished.equals(new Schedule(null, null, null, null))) {
            return null;
        }
        String from = time("/schedule/from", wished.from(), "00:00", fields);
        String to = time("/schedule/to", wished.to(), "24:00", fields);
        if (from != null && to != null && from.compareTo(to) >= 0) {
            fields.refuse("/schedule/to", "must be later than from, on the same day; 24:00 is its end");
        }
        return new Schedule(days(wished.days(), fields), from, to, zone(wished.timeZone(), fields));
    }

    private static String time(String pointer, String wished, String otherwise, Fields fields) {
        if (wished == null) {
            return otherwise;
        }
        if (!TIME.matcher(wished).matches()) {
            fields.refuse(pointer, "must be a time such as 09:00");
            return null;
        }
        return wished;
    }

    /** In the week's order, each once. */
    private static List<String> days(List<String> wished, Fields fields) {
        if (wished == null) {
            return DAYS;
        }
        List<String> lower = wished.stream()
                .map(day -> day == null ? "" : day.toLowerCase(Locale.ROOT))
                .toList();
        if (lower.isEmpty() || !DAYS.containsAll(lower)) {
            fields.refuse("/schedule/days", "must be some of " + String.join(", ", DAYS));
        }
        return DAYS.stream().filter(lower::contains).toList();
    }

    private static String zone(String wished, Fields fields) {
        if (wished == null) {
            return "UTC";
        }
        try {
            return ZoneId.of(wished).getId();
        } catch (DateTimeException e) {
            fields.refuse("/schedule/timeZone", "must be a time zone such as Europe/Berlin");
            return null;
        }
    }
}
