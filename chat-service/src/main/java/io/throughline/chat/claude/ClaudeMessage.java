package io.throughline.chat.claude;

import com.anthropic.core.JsonValue;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.anthropic.models.messages.ToolUseBlockParam;
import com.anthropic.models.messages.Usage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One message of the model as it comes in. The SDK's accumulator would fail a whole message for one tool input that is no
 * JSON; here it is kept, so that the model can be told. Bounded, whatever is sent.
 */
final class ClaudeMessage {

    /** Far above what any token limit we allow can produce. */
    private static final int LONGEST = 200_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Long, Block> blocks = new TreeMap<>();
    private int length;
    private String model = "unknown";
    private StopReason stopReason;
    private boolean complete;
    private Counted counted = new Counted(0, 0, 0, 0);

    /** Tokens by what they cost. */
    record Counted(long input, long cacheWrite, long cacheRead, long output) {}

    /** @param input null when it is not a JSON object */
    record ToolUse(String id, String name, JsonNode input) {}

    private record Block(String toolId, String toolName, StringBuilder text) {
        boolean isTool() {
            return toolId != null;
        }
    }

    /** @return text that is part of the reply, if the event brought any */
    Optional<String> take(RawMessageStreamEvent event) {
        event.messageStart().ifPresent(start -> {
            model = start.message().model().asString();
            Usage usage = start.message().usage();
            counted = new Counted(
                    usage.inputTokens(),
                    usage.cacheCreationInputTokens().orElse(0L),
                    usage.cacheReadInputTokens().orElse(0L),
                    usage.outputTokens());
        });
        event.messageDelta().ifPresent(delta -> {
            delta.delta().stopReason().ifPresent(reason -> stopReason = reason);
            counted = new Counted(
                    counted.input(),
                    counted.cacheWrite(),
                    counted.cacheRead(),
                    Math.max(counted.output(), delta.usage().outputTokens()));
        });
        event.messageStop().ifPresent(stop -> complete = true);
        event.contentBlockStart().ifPresent(start -> {
            Optional<ToolUseBlock> tool = start.contentBlock().toolUse();
            blocks.put(
                    start.index(),
                    new Block(
                            tool.map(ToolUseBlock::id).orElse(null),
                            tool.map(ToolUseBlock::name).orElse(null),
                            new StringBuilder()));
        });
        return event.contentBlockDelta().flatMap(delta -> {
            delta.delta().inputJson().ifPresent(json -> add(delta.index(), json.partialJson()));
            return delta.delta().text().map(text -> add(delta.index(), text.text()));
        });
    }

    private String add(long index, String piece) {
        length += piece.length();
        if (length > LONGEST) {
            throw new IllegalStateException("the model does not come to an end");
        }
        Block block = blocks.get(index);
        if (block == null) {
            throw new IllegalStateException("the model sent a part of a block that it had not begun");
        }
        block.text().append(piece);
        return piece;
    }

    /** Whether anything of it has come but its envelope. */
    boolean hasBegun() {
        return !blocks.isEmpty();
    }

    boolean isComplete() {
        return complete;
    }

    String model() {
        return model;
    }

    Counted counted() {
        return counted;
    }

    boolean stoppedBy(StopReason reason) {
        return reason.equals(stopReason);
    }

    /** What it wants to look at. A tool use that the token limit cut in the middle has no usable input. */
    List<ToolUse> toolUses() {
        if (stoppedBy(StopReason.MAX_TOKENS)) {
            return List.of();
        }
        return blocks.values().stream()
                .filter(Block::isTool)
                .map(block -> new ToolUse(block.toolId(), block.toolName(), input(block)))
                .toList();
    }

    /** As the next call has to repeat it. */
    List<ContentBlockParam> repeated() {
        List<ContentBlockParam> content = new ArrayList<>();
        for (Block block : blocks.values()) {
            if (block.isTool()) {
                ToolUseBlockParam.Input.Builder input = ToolUseBlockParam.Input.builder();
                JsonNode fields = input(block);
                if (fields != null) {
                    fields.properties()
                            .forEach(field -> input.putAdditionalProperty(
                                    field.getKey(), JsonValue.fromJsonNode(field.getValue())));
                }
                content.add(ContentBlockParam.ofToolUse(ToolUseBlockParam.builder()
                        .id(block.toolId())
                        .name(block.toolName())
                        .input(input.build())
                        .build()));
            } else if (!block.text().toString().isBlank()) {
                content.add(ContentBlockParam.ofText(
                        TextBlockParam.builder().text(block.text().toString()).build()));
            }
        }
        return content;
    }

    private static JsonNode input(Block block) {
        String text = block.text().toString();
        try {
            JsonNode input = JSON.readTree(text.isBlank() ? "{}" : text);
            return input != null && input.isObject() ? input : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
