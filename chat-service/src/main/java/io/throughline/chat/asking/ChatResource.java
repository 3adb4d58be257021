package io.throughline.chat.asking;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.chat.asking.Turn.Reply;
import io.throughline.chat.budget.Standing;
import io.throughline.chat.tool.Visit;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** Questions. The answer comes whole, or as it is made with {@code Accept: text/event-stream}. */
@Path("/api/chat")
@RunOnVirtualThread
public class ChatResource {

    private final StartTurn turns;
    private final Turns underWay;
    private final EventStream events;
    private final CurrentCaller current;
    private final CurrentVertxRequest request;

    ChatResource(
            StartTurn turns, Turns underWay, EventStream events, CurrentCaller current, CurrentVertxRequest request) {
        this.turns = turns;
        this.underWay = underWay;
        this.events = events;
        this.current = current;
        this.request = request;
    }

    /** @param message no NUL, which no reader and no JSON tool expects */
    public record Ask(
            @NotBlank @Size(max = 8000) @Pattern(regexp = "[^\\x00]*", message = "must not contain the character NUL")
            String message,

            UUID conversationId) {}

    @POST
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Ask a question, in a new conversation or in one of the caller's",
            description = "`fallback=offline`: while the model is down, fixed rules answer instead of a 503.")
    public RestResponse<Envelope<Reply>> ask(@NotNull @Valid Ask ask, @QueryParam("fallback") String fallback) {
        Turn turn = start(ask, fallback);
        RoutingContext routing = request.getCurrent();
        Turns.Reader reader = underWay.read(turn, Duration.ZERO);
        try (reader) {
            routing.addEndHandler(ended -> turn.cancel());
            if (routing.response().closed()) {
                turn.cancel();
            }
            Reply reply = turn.await();
            return headed(ResponseBuilder.ok(Envelope.of(reply)), turn, reply.budget())
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(ChatErrors.CANCELLED, "The answer was cancelled.");
        }
    }

    @POST
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "Ask a question and read the answer as it is made",
            description =
                    "Events: `token` with {\"text\"}, pieces of the reply; `tool` with {\"name\",\"failed\"}, a look"
                            + " at the suite; `action`, something proposed; then `done` with the reply as the JSON form has it"
                            + " under data, or `error` with a problem. A stream that broke is resumed by GET on the"
                            + " Content-Location with the last id as Last-Event-ID.")
    @APIResponse(
            responseCode = "200",
            content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING)))
    public RestResponse<StreamingOutput> stream(@NotNull @Valid Ask ask, @QueryParam("fallback") String fallback) {
        Turn turn = start(ask, fallback);
        return headed(ResponseBuilder.ok(events.of(turn, 0, request.getCurrent())), turn, turn.standing())
                .build();
    }

    private Turn start(Ask ask, String fallback) {
        if (fallback != null && !fallback.equals("offline")) {
            throw Problem.invalid(List.of(new FieldError("/fallback", "must be offline")));
        }
        return turns.start(
                new Visit(current.caller(), current.apiKey()), ask.message(), ask.conversationId(), fallback != null);
    }

    private static <T> ResponseBuilder<T> headed(ResponseBuilder<T> answer, Turn turn, Standing standing) {
        return answer.header("Content-Location", "/api/chat/messages/" + turn.messageId())
                .header("RateLimit-Policy", standing.policyHeader())
                .header("RateLimit", standing.limitHeader());
    }
}
