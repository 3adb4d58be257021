package io.throughline.jobs.push;

import io.quarkus.vertx.http.runtime.filters.QuarkusRequestWrapper;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.smallrye.mutiny.Uni;
import io.throughline.platform.access.ApiKeys;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.ProblemBody;
import io.throughline.platform.http.RequestIds;
import io.throughline.platform.sql.SqlFailure;
import io.throughline.platform.time.Ids;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Singleton;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/** Lets a WebSocket be opened, or answers a problem instead of the upgrade. */
@Singleton
class UpgradeCheck implements HttpUpgradeCheck {

    static final TypedKey<Subscription> SUBSCRIPTION = new TypedKey<>("subscription");
    static final TypedKey<HttpServerRequest> REQUEST = new TypedKey<>("request");

    private static final Logger LOG = Logger.getLogger(UpgradeCheck.class);

    private final Admission admission;
    private final PushSettings settings;
    private final Json json;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    UpgradeCheck(Admission admission, PushSettings settings, Json json) {
        this.admission = admission;
        this.settings = settings;
        this.json = json;
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext upgrade) {
        HttpServerRequest request = upgrade.httpRequest();
        // The upgrade reads the request's end, which would be gone by the time the database has answered.
        request.pause();
        Context eventLoop = Vertx.currentContext();
        return Uni.createFrom()
                .item(() -> admit(request))
                .runSubscriptionOn(threads)
                .emitOn(task -> eventLoop.runOnContext(now -> task.run()))
                .onItem()
                .transformToUni(subscription -> {
                    upgrade.userData().put(SUBSCRIPTION, subscription);
                    upgrade.userData().put(REQUEST, request);
                    return CheckResult.permitUpgrade();
                })
                .onFailure()
                .recoverWithUni(failure -> {
                    answer(request, problem(failure));
                    // A CheckResult could carry a status but no body; the answer is complete already.
                    return Uni.createFrom().nothing();
                });
    }

    /**
     * Quarkus 3.32 counts an upgraded request as unanswered for ever, and every shutdown would wait its whole
     * {@code quarkus.shutdown.timeout} for it. Nothing public tells it otherwise.
     */
    static void settle(HttpServerRequest request) {
        try {
            Method done = QuarkusRequestWrapper.class.getDeclaredMethod("done");
            done.setAccessible(true);
            done.invoke(QuarkusRequestWrapper.get(request));
        } catch (ReflectiveOperationException e) {
            LOG.warnf("Shutdown will wait for streams that have ended; reason=%s", e.getMessage());
        }
    }

    private Subscription admit(HttpServerRequest request) {
        if (!allowsOrigin(request)) {
            throw new Problem(CommonErrors.FORBIDDEN, "Pages of this origin may not open a stream.");
        }
        String lastEventId = request.getHeader("Last-Event-ID");
        return admission.admit(new Admission.Asked(
                request.getHeader(ApiKeys.HEADER),
                request.getParam("ticket"),
                lastEventId == null ? request.getParam("lastEventId") : lastEventId,
                request.getParam("jobId"),
                request.params().getAll("type")));
    }

    /** Browsers send the page's origin and ask nobody whether the page may connect, so we ask. */
    private boolean allowsOrigin(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (origin == null) {
            return true;
        }
        String forwarded = request.getHeader("X-Forwarded-Host");
        String host = forwarded == null ? request.getHeader("Host") : forwarded;
        return origin.replaceFirst("^https?://", "").equalsIgnoreCase(host)
                || settings.origins().orElse(List.of()).contains(origin);
    }

    private static Problem problem(Throwable failure) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (SqlFailure.mayPass(failure)) {
            return new Problem(CommonErrors.UNAVAILABLE, "The database does not answer in time.");
        }
        LOG.error("A stream could not be opened", failure);
        return new Problem(CommonErrors.INTERNAL, "The request failed; quote the requestId when asking.");
    }

    private void answer(HttpServerRequest request, Problem problem) {
        String given = request.getHeader(RequestIds.HEADER);
        String requestId = given != null && given.matches("[A-Za-z0-9._:-]{1,128}")
                ? given
                : Ids.next().toString();
        ProblemBody body =
                ProblemBody.of(problem.error(), problem.getMessage(), problem.errors(), request.path(), requestId);
        HttpServerResponse response = request.response()
                .setStatusCode(problem.error().status())
                .putHeader(RequestIds.HEADER, requestId)
                .putHeader("Content-Type", ProblemBody.MEDIA_TYPE);
        if (problem.error().status() == 503) {
            long seconds =
                    problem.retryAfter() == null ? 2 : problem.retryAfter().toSeconds();
            response.putHeader("Retry-After", Long.toString(seconds));
        }
        request.resume();
        response.end(json.text(body));
    }
}
