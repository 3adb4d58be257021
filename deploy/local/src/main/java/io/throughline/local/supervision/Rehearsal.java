package io.throughline.local.supervision;

import io.throughline.local.demo.Api;
import io.throughline.local.gateway.Gateway;
import io.throughline.local.server.Servers;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.Ports;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.stack.Secrets;
import io.throughline.local.stack.StackState;
import io.throughline.local.stack.StackState.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The main job with a few hundred people and a few bursts of jobs while the training records, so that the first real import,
 * mail, report and burst find their classes in the caches. What it finds does not matter here.
 */
final class Rehearsal {

    private static final int PEOPLE = 300;
    private static final int JOBS = 10_000;
    private static final int BURSTS = 5;
    private static final Duration BETWEEN_BURSTS = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
    private static final Duration KEY_LIMIT = Duration.ofSeconds(20);

    private final Path root;
    private final DataDirectory data;
    private final Servers servers;
    private final Started started;

    Rehearsal(Path root, DataDirectory data, Servers servers, Started started) {
        this.root = root;
        this.data = data;
        this.servers = servers;
        this.started = started;
    }

    void run(List<ServiceProcess> services, Ports ports) throws Exception {
        Map<String, Integer> servicePorts = new LinkedHashMap<>();
        services.forEach(process -> servicePorts.put(process.service().title(), process.port()));
        int port = ports.next();
        started.keep("gateway", Gateway.start(port, servicePorts, servers.sink(), ANSWER_LIMIT));
        String key = Secrets.of(data).adminKey();
        data.record(
                state(port, key, FirstTenant.of(key, servers.kafka(), KEY_LIMIT).orElse(null)));
        Process demo = new ProcessBuilder(DemoProcess.command(root, data, List.of("--file", people().toString())))
                .redirectErrorStream(true)
                .redirectOutput(data.log("demo").toFile())
                .start();
        RecordedProcess recorded = RecordedProcess.of("demo", demo.toHandle());
        started.keep("demo", () -> recorded.end(Duration.ofSeconds(2)), recorded);
        demo.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        bursts(new Api("http://127.0.0.1:" + port, key));
    }

    /** Jobs by the thousand, for job-worker's profile. */
    private static void bursts(Api api) throws InterruptedException {
        List<Map<String, String>> jobs = Collections.nCopies(JOBS, Map.of("type", "echo"));
        for (int burst = 0; burst < BURSTS; burst++) {
            api.post("/api/jobs/batch", Map.of("jobs", jobs));
            Thread.sleep(BETWEEN_BURSTS);
        }
    }

    private StackState state(int port, String key, String tenant) {
        RecordedProcess self = RecordedProcess.of("supervisor", ProcessHandle.current());
        return new StackState(
                Phase.READY,
                null,
                self,
                new StackState.Gateway("http://127.0.0.1:" + port, port, self.pid()),
                key,
                tenant,
                Map.of(),
                new StackState.Postgres(servers.postgres().shownUrl()),
                new StackState.Kafka(servers.kafka()),
                new StackState.Redis(servers.redis()),
                new StackState.Smtp(
                        servers.smtp().getHost(),
                        servers.smtp().getPort(),
                        servers.sink().isPresent()),
                started.processes());
    }

    private Path people() throws IOException {
        StringBuilder text = new StringBuilder("First Name,Last Name,Company,Country,Email\n");
        for (int row = 1; row <= PEOPLE; row++) {
            text.append("First,Last,Company,Norway,person%d@company.example\n".formatted(row));
        }
        return Files.writeString(data.path().resolve("people.csv"), text);
    }
}
