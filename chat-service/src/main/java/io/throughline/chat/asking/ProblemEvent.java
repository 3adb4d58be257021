package io.throughline.chat.asking;

import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.ProblemBody;
import io.throughline.platform.sql.SqlFailure;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** A failure as the data of an {@code error} event: the status is sent already, so every failure has to become one. */
final class ProblemEvent {

    private static final Logger LOG = Logger.getLogger(ProblemEvent.class);

    private ProblemEvent() {}

    static ProblemBody of(RuntimeException failure) {
        if (failure instanceof Problem problem) {
            return body(problem);
        }
        if (SqlFailure.mayPass(failure)) {
            LOG.errorf("Database unavailable; reason=%s", failure.getMessage());
            return body(new Problem(CommonErrors.UNAVAILABLE, "The database does not answer in time."));
        }
        LOG.errorf(failure, "Question failed");
        return body(new Problem(CommonErrors.INTERNAL, "The request failed; quote the requestId when asking."));
    }

    private static ProblemBody body(Problem problem) {
        Object requestId = MDC.get("requestId");
        return ProblemBody.of(
                problem.error(),
                problem.getMessage(),
                problem.errors() == null ? List.of() : problem.errors(),
                "/api/chat",
                requestId == null ? "" : requestId.toString());
    }
}
