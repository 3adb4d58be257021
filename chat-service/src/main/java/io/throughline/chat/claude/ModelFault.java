package io.throughline.chat.claude;

import com.anthropic.errors.AnthropicServiceException;
import io.throughline.chat.asking.ChatErrors;
import io.throughline.platform.http.Problem;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/** What went wrong between us and the model, as the caller is told. Keys and the provider's texts stay in the log. */
final class ModelFault {

    private static final Logger LOG = Logger.getLogger(ModelFault.class);
    private static final Duration USUAL_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private ModelFault() {}

    /** A 429, 529 or 5xx passes by itself; any other refusal needs the operator, though the caller sees the same. */
    static Problem of(RuntimeException failure, Deadline deadline) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted while the model answered");
        }
        if (deadline.passed()) {
            LOG.warnf("Model too slow; limitSeconds=%d", deadline.limit().toSeconds());
            return late(deadline);
        }
        if (failure instanceof AnthropicServiceException refusal) {
            return refused(refusal);
        }
        LOG.warnf("Model broke off; reason=%s cause=%s", failure.getMessage(), failure.getCause());
        return unavailable("The language model broke off or could not be reached.", failure, USUAL_WAIT);
    }

    static Problem late(Deadline deadline) {
        String seconds = String.valueOf(Math.max(1, deadline.limit().toSeconds()));
        return unavailable("The language model did not answer within " + seconds + " s.", null, USUAL_WAIT);
    }

    /** Nothing came for so long that the caller is better off with another try. */
    static Problem silent(Duration limit, Throwable cause) {
        LOG.warnf("Model silent; limitSeconds=%d", limit.toSeconds());
        return unavailable(
                "The language model did not begin to answer within " + Math.max(1, limit.toSeconds()) + " s.",
                cause,
                USUAL_WAIT);
    }

    private static Problem refused(AnthropicServiceException refusal) {
        int status = refusal.statusCode();
        String request = refusal.requestId().orElse("");
        if (status == 429 || status >= 500) {
            LOG.warnf("Model busy; status=%d providerRequest=%s", status, request);
            String detail = status == 429
                    ? "The language model's provider limits the rate of questions."
                    : "The language model's provider is overloaded or failing.";
            return unavailable(detail, refusal, wait(refusal));
        }
        if (status < 400) {
            LOG.warnf("Model broke off with an error event; reason=%s", refusal.getMessage());
            return unavailable("The language model broke off.", refusal, USUAL_WAIT);
        }
        LOG.errorf(refusal, "Model refuses us; status=%d providerRequest=%s", status, request);
        return unavailable(
                "The language model's provider refused the request with status " + status
                        + "; the operator has to look at key and model.",
                refusal,
                LONGEST_WAIT);
    }

    private static Duration wait(AnthropicServiceException refusal) {
        return refusal.headers().values("retry-after").stream()
                .filter(value -> value.matches("\\d{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .findFirst()
                .map(wait -> wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait)
                .orElse(USUAL_WAIT);
    }

    private static Problem unavailable(String detail, Throwable cause, Duration wait) {
        return new Problem(ChatErrors.MODEL_UNAVAILABLE, detail, cause).retryAfter(wait);
    }
}
