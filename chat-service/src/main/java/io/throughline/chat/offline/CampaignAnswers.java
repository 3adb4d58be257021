package io.throughline.chat.offline;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.chat.asking.Answerer.Question;
import io.throughline.chat.conversation.Said;
import io.throughline.chat.conversation.Said.Role;
import io.throughline.chat.tool.SuiteReads;
import io.throughline.chat.tool.SuiteReads.Listing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the campaigns that a question is about and says how they do. */
final class CampaignAnswers {

    /** Each costs a call; more are counted, not described. */
    private static final int DESCRIBED = 5;

    private static final Pattern QUOTED = Pattern.compile("[\"“„']([^\"”“']{1,200})[\"”“'](?!\\w)");
    private static final Pattern ALL = Pattern.compile("\\b(campaigns|instances|sequences|all|every|each|list)\\b");

    private final SuiteReads suite;

    CampaignAnswers(SuiteReads suite) {
        this.suite = suite;
    }

    String doing(Question question) {
        Listing campaigns = suite.campaigns(question.visit());
        List<JsonNode> all = rows(campaigns);
        if (all.isEmpty()) {
            return "There are no campaigns yet.";
        }
        List<JsonNode> meant = mentioned(all, question.text());
        if (!meant.isEmpty()) {
            return described(meant, question);
        }
        Matcher quoted = QUOTED.matcher(question.text());
        if (quoted.find()) {
            return "There is no campaign \"" + quoted.group(1) + "\". " + overview(campaigns);
        }
        if (ALL.matcher(question.text().toLowerCase(Locale.ROOT)).find()) {
            return overview(campaigns) + "\n" + described(all, question);
        }
        return spokenOf(all, question)
                .map(campaign -> described(List.of(campaign), question))
                .orElseGet(() -> {
                    String hint = all.size() == 1
                            ? ""
                            : "\nIt is the newest of " + all.size() + "; ask for another by its name.";
                    return described(List.of(newest(all)), question) + hint;
                });
    }

    String compared(Question question) {
        Listing campaigns = suite.campaigns(question.visit());
        List<JsonNode> all = rows(campaigns);
        List<JsonNode> meant = mentioned(all, question.text());
        List<JsonNode> compared =
                (meant.size() < 2 ? all : meant).stream().limit(DESCRIBED).toList();
        if (compared.size() < 2) {
            return "There are fewer than two campaigns to compare.\n" + doing(question);
        }
        List<CampaignReport> reports =
                compared.stream().map(campaign -> report(campaign, question)).toList();
        return lines(reports) + "\n" + best("open", "opened", reports) + " " + best("reply", "replied", reports);
    }

    /** For a question that shows nothing but a campaign's name. */
    Optional<String> named(Question question) {
        List<JsonNode> meant = mentioned(rows(suite.campaigns(question.visit())), question.text());
        return meant.isEmpty() ? Optional.empty() : Optional.of(described(meant, question));
    }

    /** The campaigns that a question names. */
    List<JsonNode> named(String text, Question question) {
        return mentioned(rows(suite.campaigns(question.visit())), text);
    }

    private String described(List<JsonNode> campaigns, Question question) {
        return lines(campaigns.stream()
                .limit(DESCRIBED)
                .map(campaign -> report(campaign, question))
                .toList());
    }

    private static String lines(List<CampaignReport> reports) {
        return String.join("\n", reports.stream().map(CampaignReport::sentence).toList());
    }

    private CampaignReport report(JsonNode campaign, Question question) {
        UUID id = UUID.fromString(campaign.path("id").asText());
        return new CampaignReport(
                campaign, suite.performance(id, 30, question.visit()).orElse(null));
    }

    private static String overview(Listing campaigns) {
        List<JsonNode> all = rows(campaigns);
        StringBuilder text = new StringBuilder(all.size() == 1 ? "There is 1 campaign: " : "There are ")
                .append(all.size() == 1 ? "" : (campaigns.more() ? "more than " : "") + all.size() + " campaigns: ");
        text.append(String.join(
                ", ", all.stream().limit(20).map(CampaignReport::titleOf).toList()));
        return text.append(all.size() > 20 ? " and others." : ".").toString();
    }

    private static String best(String word, String stage, List<CampaignReport> reports) {
        return reports.stream()
                .filter(report -> report.count(stage) > 0)
                .max(Comparator.comparingDouble(report -> report.rate(stage)))
                .map(report -> "The best " + word + " rate has " + report.title() + ": " + report.percent(stage) + ".")
                .orElse("Nobody has " + stage + " yet.");
    }

    /** Newest first, as listed; drafts and archived ones only when there is nothing else. */
    private static JsonNode newest(List<JsonNode> all) {
        return all.stream()
                .filter(campaign -> !List.of("draft", "archived")
                        .contains(campaign.path("status").asText()))
                .findFirst()
                .orElse(all.getFirst());
    }

    private static Optional<JsonNode> spokenOf(List<JsonNode> all, Question question) {
        return question.history().reversed().stream()
                .filter(said -> said.role() == Role.USER)
                .map(Said::text)
                .flatMap(text -> mentioned(all, text).stream().limit(1))
                .findFirst();
    }

    /** By id or by name as whole words; a name inside a longer one that also matches does not count. */
    private static List<JsonNode> mentioned(List<JsonNode> all, String text) {
        String rest = text.toLowerCase(Locale.ROOT);
        List<JsonNode> found = new ArrayList<>();
        List<JsonNode> longestFirst = all.stream()
                .sorted(Comparator.comparingInt((JsonNode campaign) ->
                                campaign.path("name").asText().length())
                        .reversed())
                .toList();
        for (JsonNode campaign : longestFirst) {
            Matcher matcher = words(campaign).matcher(rest);
            if (matcher.find()) {
                found.add(campaign);
                rest = matcher.replaceAll(" ");
            }
        }
        return found;
    }

    private static Pattern words(JsonNode campaign) {
        String name = campaign.path("name").asText().strip().toLowerCase(Locale.ROOT);
        String id = campaign.path("id").asText().toLowerCase(Locale.ROOT);
        String either = name.length() < 2 ? Pattern.quote(id) : Pattern.quote(name) + "|" + Pattern.quote(id);
        return Pattern.compile("(?<![\\p{L}\\p{N}])(" + either + ")(?![\\p{L}\\p{N}])");
    }

    private static List<JsonNode> rows(Listing campaigns) {
        List<JsonNode> rows = new ArrayList<>();
        campaigns.rows().forEach(rows::add);
        return rows;
    }
}
