package io.throughline.chat.answer;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.RequestOptions;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.ToolChoiceNone;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import com.anthropic.models.messages.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.chat.conversation.Answerer;
import io.throughline.chat.tool.Toolbox;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Anthropic's Claude with the suite's read APIs as tools: at most six calls and one time limit for an answer. */
final class ClaudeAnswerer implements Answerer, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ClaudeAnswerer.class);
    /** Look up, compare, look up again: four are usual. The last call must answer with what it has. */
    static final int MOST_CALLS = 6;

    private static final String NOTHING_SAID = "I could not finish looking this up; please ask for less at once.";
    private static final String DECLINED = "The model declined to answer this question.";

    private final ModelSettings settings;
    private final Toolbox toolbox;
    private final Prompt prompt;
    private final AnthropicClient client;

    ClaudeAnswerer(ModelSettings settings, Toolbox toolbox) {
        this.settings = settings;
        this.toolbox = toolbox;
        this.prompt = new Prompt(settings, toolbox);
        AnthropicOkHttpClient.Builder builder = AnthropicOkHttpClient.builder()
                .apiKey(settings.apiKey().orElseThrow())
                .timeout(settings.limit())
                // The caller is told when to come back instead: a retry in here would eat the time limit.
                .maxRetries(0);
        settings.baseUrl().filter(url -> !url.isBlank()).ifPresent(builder::baseUrl);
        this.client = builder.build();
    }

    @Override
    public String model() {
        return settings.name();
    }

    @Override
    public Answer answer(Question question, Consumer<String> tokens) {
        Deadline deadline = Deadline.in(settings.limit());
        Reply reply = new Reply(tokens);
        Answerer.Tokens usage = Answerer.Tokens.NONE;
        MessageCreateParams.Builder exchange = prompt.begin(question);
        for (int call = 1; ; call++) {
            if (call == MOST_CALLS) {
                exchange.toolChoice(ToolChoiceNone.builder().build());
            }
            Message message = call(exchange.build(), deadline, reply);
            usage = usage.plus(inputTokens(message.usage()), message.usage().outputTokens());
            List<ToolUseBlock> wanted = wanted(message);
            if (wanted.isEmpty() || call == MOST_CALLS) {
                return new Answer(reply.ended(message), message.model().asString(), usage);
            }
            exchange.addMessage(message).addUserMessageOfContentBlockParams(results(wanted, question, deadline));
            reply.pause();
        }
    }

    /** A tool use that the token limit cut in the middle has no usable input. */
    private static List<ToolUseBlock> wanted(Message message) {
        return message.stopReason().filter(StopReason.MAX_TOKENS::equals).isPresent()
                ? List.of()
                : message.content().stream()
                        .flatMap(block -> block.toolUse().stream())
                        .toList();
    }

    private Message call(MessageCreateParams params, Deadline deadline, Reply reply) {
        if (deadline.passed()) {
            throw ModelFault.late(deadline);
        }
        RequestOptions bounded =
                RequestOptions.builder().timeout(deadline.left()).build();
        MessageAccumulator message = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params, bounded)) {
            for (RawMessageStreamEvent event : events) {
                message.accumulate(event);
                event.contentBlockDelta()
                        .flatMap(delta -> delta.delta().text())
                        .ifPresent(delta -> reply.say(delta.text()));
            }
            return message.message();
        } catch (AnthropicException | IllegalStateException e) {
            // The accumulator's IllegalStateException: the stream ended before the message did.
            throw ModelFault.of(e, deadline);
        }
    }

    private List<ContentBlockParam> results(List<ToolUseBlock> wanted, Question question, Deadline deadline) {
        return wanted.stream()
                .map(use -> {
                    if (deadline.passed()) {
                        throw ModelFault.late(deadline);
                    }
                    Toolbox.Result result =
                            toolbox.run(use.name(), use._input().convert(JsonNode.class), question.apiKey());
                    LOG.debugf("Tool used; tool=%s failed=%s", use.name(), result.failed());
                    return ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                            .toolUseId(use.id())
                            .content(result.text())
                            .isError(result.failed())
                            .build());
                })
                .toList();
    }

    /** The provider's input tokens leave out those that its cache took or gave. */
    private static long inputTokens(Usage usage) {
        return usage.inputTokens()
                + usage.cacheCreationInputTokens().orElse(0L)
                + usage.cacheReadInputTokens().orElse(0L);
    }

    @Override
    public void close() {
        client.close();
    }

    /** The text of all calls together, exactly as it was streamed. */
    private static final class Reply {

        private final StringBuilder text = new StringBuilder();
        private final Consumer<String> tokens;
        private boolean paused;

        Reply(Consumer<String> tokens) {
            this.tokens = tokens;
        }

        void say(String piece) {
            if (piece.isEmpty()) {
                return;
            }
            String spaced = paused && !text.isEmpty() ? "\n\n" + piece : piece;
            paused = false;
            text.append(spaced);
            tokens.accept(spaced);
        }

        /** What comes next is a new paragraph. */
        void pause() {
            paused = true;
        }

        String ended(Message last) {
            boolean refused =
                    last.stopReason().filter(StopReason.REFUSAL::equals).isPresent();
            boolean cut =
                    last.stopReason().filter(StopReason.MAX_TOKENS::equals).isPresent();
            pause();
            if (refused) {
                say(DECLINED);
            } else if (text.toString().isBlank()) {
                say(NOTHING_SAID);
            } else if (cut) {
                say("(The reply was cut at its longest allowed length.)");
            }
            return text.toString();
        }
    }
}
