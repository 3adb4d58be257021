package io.throughline.campaign.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import io.throughline.platform.monitor.MonitorResource;
import io.throughline.platform.suite.SuiteApi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

@Path("/api/monitor")
@Tag(name = "Monitor")
@RunOnVirtualThread
public class SuiteMonitorResource {

    private static final Logger LOG = Logger.getLogger(SuiteMonitorResource.class);
    private static final String OWN_NAME = "campaign-service";
    private static final String JOBS_NAME = "job-worker";
    private static final Map<String, SuiteApi.Service> OTHERS = Map.of(
            "enrollment-service",
            SuiteApi.Service.ENROLLMENT,
            "analytics-service",
            SuiteApi.Service.ANALYTICS,
            "chat-service",
            SuiteApi.Service.CHAT,
            JOBS_NAME,
            SuiteApi.Service.JOBS);

    private final MonitorResource own;
    private final SuiteApi suite;
    private final CurrentCaller current;
    private final ObjectMapper mapper;

    SuiteMonitorResource(MonitorResource own, SuiteApi suite, CurrentCaller current, ObjectMapper mapper) {
        this.own = own;
        this.suite = suite;
        this.current = current;
        this.mapper = mapper;
    }

    /**
     * @param services each service's sections; {@code {"status":"unreachable"}} for one that does not answer
     * @param queues the job queues
     * @param lag records not yet consumed, by topic, over all services
     * @param pools database connections, by service
     */
    record SuiteFigures(
            Map<String, JsonNode> services, JsonNode queues, Map<String, Long> lag, Map<String, JsonNode> pools) {}

    @GET
    @Operation(summary = "Figures of every service: queues, lag, pools, caches")
    public Envelope<SuiteFigures> figures() throws InterruptedException {
        Map<String, JsonNode> services = gather(current.apiKey(), MDC.getMap());
        Map<String, Long> lag = new TreeMap<>();
        Map<String, JsonNode> pools = new TreeMap<>();
        services.forEach((name, sections) -> {
            sections.path("lag").properties().forEach(topic -> {
                if (topic.getValue().isIntegralNumber()) {
                    lag.merge(topic.getKey(), topic.getValue().longValue(), Long::sum);
                }
            });
            if (sections.has("pool")) {
                pools.put(name, sections.get("pool"));
            }
        });
        JsonNode queues = services.get(JOBS_NAME).path("queue");
        return Envelope.of(new SuiteFigures(
                services, queues.isMissingNode() ? JsonNodeFactory.instance.objectNode() : queues, lag, pools));
    }

    /** All services at once, so that the slowest decides: 3 s at most. */
    private Map<String, JsonNode> gather(String apiKey, Map<String, Object> logContext) throws InterruptedException {
        Map<String, Future<JsonNode>> asked = new TreeMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            asked.put(
                    OWN_NAME,
                    threads.submit(() -> mapper.valueToTree(own.figures().data())));
            OTHERS.forEach((name, service) -> asked.put(
                    name,
                    threads.submit(within(
                            logContext,
                            () -> suite.read(service, "/internal/monitor", apiKey)
                                    .map(answer -> answer.path("data"))
                                    .orElseGet(SuiteMonitorResource::unreachable)))));
        }
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        for (var each : asked.entrySet()) {
            answers.put(each.getKey(), answer(each.getKey(), each.getValue()));
        }
        return answers;
    }

    private static JsonNode answer(String service, Future<JsonNode> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof Problem)) {
                LOG.errorf(e.getCause(), "Figures failed; service=%s", service);
            }
            return unreachable();
        }
    }

    /** Other services log under the same request id. */
    private static <T> Callable<T> within(Map<String, Object> logContext, Callable<T> work) {
        return () -> {
            logContext.forEach(MDC::put);
            return work.call();
        };
    }

    private static ObjectNode unreachable() {
        return JsonNodeFactory.instance.objectNode().put("status", "unreachable");
    }
}
