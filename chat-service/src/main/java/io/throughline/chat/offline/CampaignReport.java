package io.throughline.chat.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A campaign and its report as a sentence with plain digits.
 *
 * @param report null when analytics has none
 */
record CampaignReport(JsonNode campaign, JsonNode report) {

    String title() {
        return titleOf(campaign);
    }

    static String titleOf(JsonNode campaign) {
        return "\"" + campaign.path("name").asText() + "\" ("
                + campaign.path("status").asText("unknown") + ")";
    }

    /** For example: {@code "Spring" (active): 10000 enrolled, 10000 sent, 3984 opened (39.84 %).} */
    String sentence() {
        if (report == null) {
            return title() + ": there are no figures yet.";
        }
        List<String> parts = new ArrayList<>();
        parts.add(enrolled() + " enrolled");
        parts.add(count("sent") + " sent");
        if (count("delivered") > 0) {
            parts.add(count("delivered") + " delivered");
        }
        for (String stage : List.of("opened", "clicked", "replied")) {
            parts.add(count(stage) + " " + stage + (count(stage) > 0 ? " (" + percent(stage) + ")" : ""));
        }
        parts.add(unique("bounced") + " bounced");
        if (unique("unsubscribed") > 0) {
            parts.add(unique("unsubscribed") + " unsubscribed");
        }
        return title() + ": " + String.join(", ", parts) + "." + byStatus();
    }

    long enrolled() {
        return report == null ? 0 : report.path("enrollments").path("total").asLong();
    }

    /** Distinct enrollments that reached the stage. */
    long count(String stage) {
        return stage(stage).path("count").asLong();
    }

    /** 0 to 1, as the report has it. */
    double rate(String stage) {
        return stage(stage).path("rate").asDouble();
    }

    String percent(String stage) {
        BigDecimal percent = BigDecimal.valueOf(rate(stage)).movePointRight(2).setScale(2, RoundingMode.HALF_UP);
        return percent.stripTrailingZeros().toPlainString() + " %";
    }

    private JsonNode stage(String name) {
        if (report != null) {
            for (JsonNode stage : report.path("funnel")) {
                if (stage.path("stage").asText().equals(name)) {
                    return stage;
                }
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    /** Bounces are no stage of the funnel; an enrollment counts once per channel. */
    private long unique(String eventType) {
        long unique = 0;
        for (JsonNode event : report.path("events")) {
            if (event.path("eventType").asText().equals(eventType)) {
                unique += event.path("unique").asLong();
            }
        }
        return unique;
    }

    private String byStatus() {
        List<String> parts = new ArrayList<>();
        report.path("enrollments")
                .path("byStatus")
                .properties()
                .forEach(status -> parts.add(status.getValue().asLong() + " " + status.getKey()));
        return parts.isEmpty() ? "" : " Enrollments by status: " + String.join(", ", parts) + ".";
    }
}
