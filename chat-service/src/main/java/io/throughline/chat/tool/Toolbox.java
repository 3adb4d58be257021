package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.chat.tool.Tool.Refusal;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** The tools a model may use: some look, some propose, none changes anything. */
@Singleton
public class Toolbox {

    /** About 4,000 tokens; a page of 50 campaigns fits, and six rounds stay affordable. */
    static final int LONGEST_RESULT = 16_000;

    private final Json json;
    private final List<Tool> tools;

    Toolbox(SuiteReads suite, Proposals proposals, Json json) {
        this.json = json;
        this.tools = Stream.concat(new ReadingTools(suite, json).all().stream(), proposals.tools().stream())
                .toList();
    }

    /** What came out: data between marks or, when {@code failed}, a sentence that tells the model why. */
    public record Result(String text, boolean failed) {}

    /** Always the same, in the same order: the prefix that a provider caches begins with them. */
    public List<Tool> tools() {
        return tools;
    }

    /** Never throws for what the model did wrong or a service could not answer: the model shall say so. */
    public Result run(String name, JsonNode input, Visit visit) {
        try {
            return tools.stream()
                    .filter(tool -> tool.name().equals(name))
                    .findFirst()
                    .map(tool -> new Result(marked(tool.name(), tool.work().run(input, visit)), false))
                    .orElseGet(() -> new Result("There is no tool " + Untrusted.clean(name) + ".", true));
        } catch (Refusal | Problem e) {
            return new Result(e.getMessage(), true);
        }
    }

    /** Inside a JSON text {@code <} and {@code >} are written as escapes, so nothing in the data can end the mark. */
    private String marked(String tool, JsonNode result) {
        String text = json.text(result).replace("<", "\\u003c").replace(">", "\\u003e");
        String bounded = text.length() <= LONGEST_RESULT
                ? text
                : text.substring(0, LONGEST_RESULT) + " [cut after " + LONGEST_RESULT + " characters]";
        return "<data from=\"" + tool + "\">" + bounded + "</data>";
    }
}
