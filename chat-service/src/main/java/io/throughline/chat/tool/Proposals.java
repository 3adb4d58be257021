package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.chat.tool.Action.Draft;
import io.throughline.chat.tool.Action.Kind;
import io.throughline.chat.tool.Tool.Refusal;
import io.throughline.platform.suite.SuiteApi.Service;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The tools that would change something. They look whether it could be done and write it down; doing it needs a second
 * call by the user. One proposal an answer: a list of buttons is confirmed unread.
 */
@Singleton
public class Proposals {

    private static final Pattern WORKFLOW = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");
    private static final int LONGEST_INPUTS = 4_000;

    private final SuiteReads suite;
    private final ActionStore actions;

    Proposals(SuiteReads suite, ActionStore actions) {
        this.suite = suite;
        this.actions = actions;
    }

    List<Tool> tools() {
        return List.of(
                new Tool(
                        "propose_pause_campaign",
                        "Proposes to pause an active campaign. Nothing happens until the user confirms it.",
                        Map.of("campaign_id", "{\"type\":\"string\",\"description\":\"id from list_campaigns\"}"),
                        List.of("campaign_id"),
                        (input, visit) -> told(
                                pause(Inputs.id(input.path("campaign_id"), "campaign_id", "list_campaigns"), visit))),
                new Tool(
                        "propose_retry_job",
                        "Proposes to run a failed job again. Nothing happens until the user confirms it.",
                        Map.of("job_id", "{\"type\":\"string\",\"description\":\"jobId from list_jobs\"}"),
                        List.of("job_id"),
                        (input, visit) -> told(retry(Inputs.id(input.path("job_id"), "job_id", "list_jobs"), visit))),
                new Tool(
                        "propose_workflow",
                        "Proposes to start a workflow by the name of its definition. Nothing happens until the user"
                                + " confirms it.",
                        Map.of(
                                "workflow_name", "{\"type\":\"string\"}",
                                "inputs", "{\"type\":\"object\"}"),
                        List.of("workflow_name"),
                        (input, visit) -> told(start(input, visit))));
    }

    /** @throws Refusal when it cannot be proposed */
    public Action pause(UUID campaign, Visit visit) {
        JsonNode found = suite.campaign(campaign, visit)
                .orElseThrow(() -> new Refusal("There is no campaign " + campaign + "."));
        String status = found.path("status").asText();
        if (!status.equals("active")) {
            throw new Refusal("The campaign is " + status + "; only an active one can be paused.");
        }
        return propose(
                visit,
                new Draft(
                        Kind.PAUSE_CAMPAIGN,
                        "Pause the campaign \"" + found.path("name").asText() + "\": it sends nothing until resumed.",
                        Service.CAMPAIGN,
                        "/api/campaigns/instances/" + campaign + "/pause",
                        null));
    }

    public Action retry(UUID job, Visit visit) {
        JsonNode found = suite.job(job, visit).orElseThrow(() -> new Refusal("There is no job " + job + "."));
        String status = found.path("status").asText();
        if (!List.of("failed", "cancelled").contains(status)) {
            throw new Refusal("The job is " + status + "; only a failed or cancelled one can be run again.");
        }
        return propose(
                visit,
                new Draft(
                        Kind.RETRY_JOB,
                        "Run the " + status + " " + found.path("type").asText() + " job " + job + " again.",
                        Service.JOBS,
                        "/api/jobs/" + job + "/retry",
                        null));
    }

    private Action start(JsonNode input, Visit visit) {
        String name = input.path("workflow_name").asText();
        JsonNode inputs = input.path("inputs");
        if (!WORKFLOW.matcher(name).matches()) {
            throw new Refusal("workflow_name must be the name of a workflow definition.");
        }
        if (!(inputs.isMissingNode() || inputs.isObject()) || inputs.toString().length() > LONGEST_INPUTS) {
            throw new Refusal("inputs must be an object of at most " + LONGEST_INPUTS + " characters.");
        }
        suite.workflow(name, visit).orElseThrow(() -> new Refusal("There is no workflow " + name + "."));
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("workflowName", name);
        body.set("inputs", inputs.isMissingNode() ? JsonNodeFactory.instance.objectNode() : Untrusted.clean(inputs));
        return propose(
                visit,
                new Draft(
                        Kind.START_WORKFLOW,
                        "Start the workflow " + name + " with the inputs shown in the body.",
                        Service.JOBS,
                        "/api/workflows",
                        body));
    }

    private Action propose(Visit visit, Draft draft) {
        if (visit.action() != null) {
            throw new Refusal("One action is proposed already; the user has to confirm that one first.");
        }
        Action action = actions.propose(visit.caller(), draft);
        visit.propose(action);
        return action;
    }

    private static JsonNode told(Action action) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("proposed", action.description())
                .put("done", false)
                .put("note", "The user sees a button. Say what it would do; do not say that it was done.");
    }
}
