package io.throughline.chat.offline;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.chat.asking.Answerer.Question;
import io.throughline.chat.tool.Action;
import io.throughline.chat.tool.Proposals;
import io.throughline.chat.tool.Tool.Refusal;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Proposes what the user asked to have done. */
final class ProposedAnswers {

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);

    private final CampaignAnswers campaigns;
    private final Proposals proposals;

    ProposedAnswers(CampaignAnswers campaigns, Proposals proposals) {
        this.campaigns = campaigns;
        this.proposals = proposals;
    }

    String pause(Question question) {
        List<JsonNode> meant = campaigns.named(question.text(), question);
        if (meant.size() != 1) {
            return meant.isEmpty()
                    ? "Say which campaign by its name or id."
                    : "That names " + meant.size() + " campaigns; I propose one at a time.";
        }
        UUID campaign = UUID.fromString(meant.getFirst().path("id").asText());
        return told(() -> proposals.pause(campaign, question.visit()));
    }

    String retry(Question question) {
        Matcher id = ID.matcher(question.text());
        return id.find()
                ? told(() -> proposals.retry(UUID.fromString(id.group()), question.visit()))
                : "Say which job by its id.";
    }

    private static String told(Supplier<Action> proposal) {
        try {
            Action action = proposal.get();
            return "I propose: " + action.description() + " Nothing has happened yet; confirm it with POST"
                    + " /api/chat/actions/" + action.id() + "/confirm.";
        } catch (Refusal e) {
            return e.getMessage();
        }
    }
}
