package io.throughline.chat.claude;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.RequestOptions;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicException;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.ToolChoiceNone;
import com.anthropic.models.messages.ToolResultBlockParam;
import io.throughline.chat.asking.Answerer;
import io.throughline.chat.claude.ClaudeMessage.ToolUse;
import io.throughline.chat.tool.Toolbox;
import io.throughline.platform.http.Problem;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** Anthropic's Claude with the suite's read APIs as tools: at most six calls and one time limit for an answer. */
final class ClaudeAnswerer implements Answerer, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ClaudeAnswerer.class);
    /** Look up, compare, look up again: four are usual. The last call must answer with what it has. */
    static final int MOST_CALLS = 6;

    private static final int MOST_TOOLS_A_CALL = 8;

    private final ModelSettings settings;
    private final Toolbox toolbox;
    private final Prompt prompt;
    private final Pricing pricing;
    private final Slots slots;
    private final AnthropicClient client;

    ClaudeAnswerer(ModelSettings settings, Toolbox toolbox, Slots slots) {
        this.settings = settings;
        this.toolbox = toolbox;
        this.slots = slots;
        this.prompt = new Prompt(settings, toolbox);
        this.pricing = new Pricing(settings.prices());
        AnthropicOkHttpClient.Builder builder = AnthropicOkHttpClient.builder()
                .apiKey(settings.apiKey().orElseThrow())
                .timeout(settings.limit())
                // Otherwise five: all others would open a connection for every call.
                .maxIdleConnections(settings.concurrency())
                .keepAliveDuration(Duration.ofMinutes(1))
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
    public String version() {
        return prompt.version();
    }

    @Override
    public Answer answer(Question question, Listener listener) {
        Deadline deadline = Deadline.in(settings.limit());
        ReplyText reply = new ReplyText(listener);
        MessageCreateParams.Builder exchange = prompt.begin(question);
        for (int call = 1; ; call++) {
            if (call == MOST_CALLS) {
                exchange.toolChoice(ToolChoiceNone.builder().build());
            }
            ClaudeMessage message = call(exchange.build(), deadline, reply, listener);
            List<ToolUse> wanted = message.toolUses();
            if (wanted.isEmpty() || call == MOST_CALLS) {
                boolean whole = reply.end(message) && wanted.isEmpty();
                return new Answer(reply.text(), message.model(), whole);
            }
            exchange.addAssistantMessageOfContentBlockParams(message.repeated())
                    .addUserMessageOfContentBlockParams(results(wanted, question, deadline, listener));
            reply.pause();
        }
    }

    private ClaudeMessage call(MessageCreateParams params, Deadline deadline, ReplyText reply, Listener listener) {
        if (deadline.passed()) {
            throw ModelFault.late(deadline);
        }
        ClaudeMessage message = new ClaudeMessage();
        Slots.Slot slot = slots.take(deadline);
        try (slot;
                Watch watch = new Watch(settings.firstToken())) {
            return read(params, deadline, reply, message, watch);
        } finally {
            listener.spent(pricing.of(message.counted()));
        }
    }

    private ClaudeMessage read(
            MessageCreateParams params, Deadline deadline, ReplyText reply, ClaudeMessage message, Watch watch) {
        RequestOptions bounded =
                RequestOptions.builder().timeout(deadline.left()).build();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params, bounded)) {
            for (RawMessageStreamEvent event : events) {
                message.take(event).ifPresent(reply::say);
                if (message.hasBegun()) {
                    watch.callOff();
                }
            }
            if (!message.isComplete()) {
                throw new IllegalStateException("the stream ended before the message did");
            }
            return message;
        } catch (AnthropicException | IllegalStateException e) {
            throw watch.rang() ? silent(e) : ModelFault.of(e, deadline);
        }
    }

    private Problem silent(RuntimeException cause) {
        return ModelFault.silent(settings.firstToken(), cause);
    }

    private List<ContentBlockParam> results(
            List<ToolUse> wanted, Question question, Deadline deadline, Listener listener) {
        int[] number = {0};
        return wanted.stream()
                .map(use -> {
                    if (deadline.passed()) {
                        throw ModelFault.late(deadline);
                    }
                    Toolbox.Result result = number[0]++ < MOST_TOOLS_A_CALL
                            ? run(use, question)
                            : new Toolbox.Result("Too many tools at once; ask for fewer.", true);
                    listener.tool(use.name(), result.failed());
                    LOG.debugf("Tool used; tool=%s failed=%s", use.name(), result.failed());
                    return ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                            .toolUseId(use.id())
                            .content(result.text())
                            .isError(result.failed())
                            .build());
                })
                .toList();
    }

    private Toolbox.Result run(ToolUse use, Question question) {
        return use.input() == null
                ? new Toolbox.Result("The input was not a JSON object.", true)
                : toolbox.run(use.name(), use.input(), question.visit());
    }

    @Override
    public void close() {
        client.close();
    }
}
