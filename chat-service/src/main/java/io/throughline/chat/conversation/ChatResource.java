package io.throughline.chat.conversation;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.chat.conversation.Answerer.Answer;
import io.throughline.chat.conversation.AskQuestion.Prepared;
import io.throughline.chat.conversation.AskQuestion.Reply;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Envelope;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Questions. The answer comes whole, or as it is made with {@code Accept: text/event-stream}. */
@Path("/api/chat")
@RunOnVirtualThread
public class ChatResource {

    private final AskQuestion questions;
    private final CurrentCaller current;
    private final CurrentVertxRequest request;
    private final Json json;

    ChatResource(AskQuestion questions, CurrentCaller current, CurrentVertxRequest request, Json json) {
        this.questions = questions;
        this.current = current;
        this.request = request;
        this.json = json;
    }

    /** @param message no NUL, which PostgreSQL cannot store */
    public record Ask(
            @NotBlank @Size(max = 8000) @Pattern(regexp = "[^\\x00]*", message = "must not contain the character NUL")
            String message,

            UUID conversationId) {}

    @POST
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Ask a question, in a new conversation or in one of the caller's")
    public Envelope<Reply> ask(@NotNull @Valid Ask ask) {
        Prepared prepared = prepare(ask);
        Answer answer;
        try (Disconnection disconnection = Disconnection.cancelling(request.getCurrent())) {
            answer = disconnection.unlessGone(() -> questions.answer(prepared, token -> {}));
        }
        return Envelope.of(questions.keep(prepared, answer));
    }

    @POST
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "Ask a question and read the answer as it is made",
            description = "Events: `token` with {\"text\"}, pieces of the reply; then `done` with the reply as the JSON"
                    + " form has it under data, or `error` with a problem.")
    @APIResponse(
            responseCode = "200",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema =
                                    @Schema(
                                            type =
                                                    org.eclipse.microprofile.openapi.annotations.enums.SchemaType
                                                            .STRING)))
    public StreamingOutput stream(@NotNull @Valid Ask ask) {
        Prepared prepared = prepare(ask);
        var routing = request.getCurrent();
        return output -> {
            EventStream events = new EventStream(output, json, routing.request().path());
            events.run(() -> {
                Answer answer;
                try (Disconnection disconnection = Disconnection.cancelling(routing)) {
                    answer = disconnection.unlessGone(() -> questions.answer(prepared, events::token));
                }
                return questions.keep(prepared, answer);
            });
        };
    }

    private Prepared prepare(Ask ask) {
        return questions.prepare(current.caller(), current.apiKey(), ask.message(), ask.conversationId());
    }
}
