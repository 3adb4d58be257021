package io.throughline.chat.conversation;

import io.throughline.chat.conversation.AskQuestion.Reply;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.ProblemBody;
import io.throughline.platform.sql.SqlFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * A reply as server-sent events: {@code token} with {@code {"text"}}, then {@code done} with the reply, or {@code error}
 * with a problem. Tokens are JSON because a bare one loses its leading space and line breaks to the format.
 */
final class EventStream {

    private static final Logger LOG = Logger.getLogger(EventStream.class);

    private final OutputStream output;
    private final Json json;
    private final String path;

    EventStream(OutputStream output, Json json, String path) {
        this.output = output;
        this.json = json;
        this.path = path;
    }

    /** The status is sent already, so every failure has to become an event here. */
    void run(Supplier<Reply> turn) {
        try {
            send("done", turn.get());
        } catch (CancellationException e) {
            LOG.debugf("Answer cancelled; reason=%s", e.getMessage());
        } catch (UncheckedIOException e) {
            LOG.debugf("Answer not delivered; reason=%s", e.getMessage());
        } catch (Problem problem) {
            send("error", body(problem));
        } catch (RuntimeException failure) {
            if (SqlFailure.mayPass(failure)) {
                LOG.errorf("Database unavailable; path=%s reason=%s", path, failure.getMessage());
                send("error", body(new Problem(CommonErrors.UNAVAILABLE, "The database does not answer in time.")));
            } else {
                LOG.errorf(failure, "Request failed; path=%s", path);
                send("error", body(new Problem(CommonErrors.INTERNAL, "The request failed; quote the requestId.")));
            }
        }
    }

    /** @throws CancellationException when nobody reads any more, which ends the answer */
    void token(String text) {
        try {
            send("token", Map.of("text", text));
        } catch (UncheckedIOException e) {
            throw new CancellationException("the client does not read: " + e.getMessage());
        }
    }

    private ProblemBody body(Problem problem) {
        Object requestId = MDC.get("requestId");
        return ProblemBody.of(
                problem.error(),
                problem.getMessage(),
                problem.errors() == null ? List.of() : problem.errors(),
                path,
                requestId == null ? "" : requestId.toString());
    }

    private void send(String event, Object data) {
        try {
            output.write(("event: " + event + "\ndata: " + json.text(data) + "\n\n").getBytes(StandardCharsets.UTF_8));
            output.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
