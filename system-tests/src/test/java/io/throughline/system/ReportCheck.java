package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** Compares a report with what was published, figure by figure. */
final class ReportCheck {

    private ReportCheck() {}

    /** @param sent enrollments to which step 1 was sent */
    static void compare(JsonNode report, Engagement engagement, int enrolled, int sent) {
        Map<String, Engagement.Counts> expected = new HashMap<>(engagement.byType());
        expected.put("sent", new Engagement.Counts(sent, sent));

        Map<String, Engagement.Counts> events = new HashMap<>();
        report.path("events").forEach(each -> {
            assertThat(each.path("channel").asText()).isEqualTo("email");
            events.put(each.path("eventType").asText(), counts(each));
        });
        events.remove("unknown");
        assertThat(events).isEqualTo(expected);

        Map<String, Engagement.Counts> days = new HashMap<>();
        long sentOnDays = 0;
        for (JsonNode each : report.path("timeSeries")) {
            if (each.path("eventType").asText().equals("sent")) {
                sentOnDays += each.path("unique").asLong();
            } else if (!each.path("eventType").asText().equals("unknown")) {
                days.put(
                        each.path("date").asText() + " "
                                + each.path("eventType").asText(),
                        counts(each));
            }
        }
        assertThat(days).isEqualTo(engagement.byDay());
        assertThat(sentOnDays).isEqualTo(sent);

        assertThat(Journey.stage(report, "enrolled")).isEqualTo(enrolled);
        assertThat(Journey.stage(report, "sent")).isEqualTo(sent);
        assertThat(Journey.stage(report, "delivered")).isZero();
        for (String stage : new String[] {"opened", "clicked", "replied"}) {
            assertThat(Journey.stage(report, stage))
                    .as(stage)
                    .isEqualTo(engagement.byType().get(stage).unique());
        }

        JsonNode first = report.path("steps").path(0);
        assertThat(first.path("stepNumber").asInt()).isEqualTo(1);
        assertThat(first.path("sent").asInt()).isEqualTo(sent);
        for (String type : new String[] {"opened", "clicked", "replied", "bounced"}) {
            assertThat(first.path(type).asLong())
                    .as("step 1 " + type)
                    .isEqualTo(engagement.byType().get(type).unique());
        }

        long replied = engagement.byType().get("replied").unique();
        long bounced = engagement.byType().get("bounced").unique();
        JsonNode statuses = report.path("enrollments").path("byStatus");
        assertThat(report.path("enrollments").path("total").asInt()).isEqualTo(enrolled);
        assertThat(statuses.path("replied").asLong()).isEqualTo(replied);
        assertThat(statuses.path("bounced").asLong()).isEqualTo(bounced);
        assertThat(statuses.path("active").asLong()).isEqualTo(enrolled - replied - bounced);
    }

    private static Engagement.Counts counts(JsonNode row) {
        return new Engagement.Counts(
                row.path("total").asLong(), row.path("unique").asLong());
    }
}
