package io.throughline.chat.offline;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.chat.asking.Answerer.Question;
import io.throughline.chat.tool.SuiteReads;
import io.throughline.chat.tool.SuiteReads.Listing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Sentences about background jobs, by status. */
final class JobAnswers {

    /** Counted exactly up to here; the newest few are described. */
    private static final int COUNTED = 200;

    private static final int DESCRIBED = 5;

    private enum Status {
        PROCESSING("running", "\\b(run|running|process\\w*|progress|active|going)\\b"),
        PENDING("waiting", "\\b(pending|waiting|wait|queued|scheduled|due)\\b"),
        FAILED("failed", "\\b(fail\\w*|errors?|dead|broken|wrong)\\b"),
        COMPLETED("completed", "\\b(complete\\w*|finish\\w*|done|succe\\w*)\\b"),
        CANCELLED("cancelled", "\\bcancel\\w*\\b");

        private final String word;
        private final Pattern asked;

        Status(String word, String asked) {
            this.word = word;
            this.asked = Pattern.compile(asked);
        }

        String parameter() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final SuiteReads suite;

    JobAnswers(SuiteReads suite) {
        this.suite = suite;
    }

    String of(Question question) {
        String lower = question.text().toLowerCase(Locale.ROOT);
        List<Status> asked = Arrays.stream(Status.values())
                .filter(status -> status.asked.matcher(lower).find())
                .toList();
        List<String> lines = new ArrayList<>();
        for (Status status : asked.isEmpty() ? List.of(Status.PROCESSING, Status.PENDING, Status.FAILED) : asked) {
            lines.add(sentence(
                    status, suite.jobs(Map.of("status", status.parameter(), "limit", "" + COUNTED), question.visit())));
        }
        return String.join("\n", lines);
    }

    private static String sentence(Status status, Listing jobs) {
        int count = jobs.rows().size();
        if (count == 0) {
            return "No job is " + status.word + ".";
        }
        StringBuilder text =
                new StringBuilder(count == 1 ? "1 job is " : (jobs.more() ? "More than " : "") + count + " jobs are ");
        text.append(status.word).append(count > DESCRIBED ? ", the newest are:" : ":");
        for (int i = 0; i < Math.min(count, DESCRIBED); i++) {
            text.append("\n- ").append(described(jobs.rows().get(i)));
        }
        return text.toString();
    }

    private static String described(JsonNode job) {
        String text = job.path("type").asText() + " " + job.path("jobId").asText();
        JsonNode progress = job.path("progress");
        if (progress.path("total").asLong() > 0) {
            text += ", " + progress.path("done").asLong() + " of "
                    + progress.path("total").asLong() + " done";
        }
        JsonNode error = job.path("error");
        if (error.hasNonNull("message")) {
            text += ", attempt " + job.path("attempt").asInt() + " of "
                    + job.path("maxAttempts").asInt() + ", "
                    + error.path("message").asText();
        }
        return text;
    }
}
