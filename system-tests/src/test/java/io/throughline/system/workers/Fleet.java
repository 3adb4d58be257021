package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.local.server.Caretaker;
import io.throughline.local.server.EmbeddedPostgresServer;
import io.throughline.local.server.KafkaServer;
import io.throughline.local.server.RedisServer;
import io.throughline.local.server.SuiteDatabase;
import io.throughline.local.server.SuiteTopics;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.Ports;
import io.throughline.local.stack.Secrets;
import io.throughline.local.stack.Service;
import io.throughline.local.supervision.AotCache;
import io.throughline.local.supervision.ServiceCommand;
import io.throughline.system.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Three job-workers with servers of their own, on free ports of the loopback address. Leases are short, so that work is
 * taken from the dead within seconds. Ends everything it started, also when a test fails or its process is killed.
 */
final class Fleet implements AutoCloseable {

    static final Duration LEASE = Duration.ofSeconds(3);

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int REPLICAS = 3;
    /** In a field, for a logger that nobody refers to forgets its level. */
    private static final Logger CHATTER = Logger.getLogger("org.apache.kafka");

    private static final Path ROOT =
            Path.of(System.getProperty("throughline.root")).toAbsolutePath();

    private final DataDirectory data;
    private final OutsideLedger ledger = new OutsideLedger();
    private final List<Replica> replicas = new ArrayList<>();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Map<String, Client> clients = new ConcurrentHashMap<>();
    private EmbeddedPostgresServer postgres;
    private JobHistory history;
    private String bootstrapServers;
    private int next;

    private Fleet(DataDirectory data) {
        this.data = data;
        parts.push(data::wipe);
        parts.push(ledger);
    }

    static Fleet start() throws Exception {
        Fleet fleet = new Fleet(DataDirectory.open(Files.createTempDirectory("throughline-fleet-")));
        try {
            fleet.begin();
            return fleet;
        } catch (Exception e) {
            for (Replica replica : fleet.replicas) {
                System.err.println(replica.process() + " said last:\n" + replica.lastWords());
            }
            fleet.close();
            throw e;
        }
    }

    private void begin() throws Exception {
        CHATTER.setLevel(Level.SEVERE);
        Ports ports = new Ports();
        Secrets secrets = Secrets.of(data);
        KafkaServer kafka = KafkaServer.start(data, ports.next(), ports.next(), List.of());
        parts.push(kafka);
        bootstrapServers = kafka.bootstrapServers();
        postgres = EmbeddedPostgresServer.start(data, ports.next());
        parts.push(Caretaker.of(postgres.process(), "INT"));
        parts.push(postgres);
        SuiteDatabase.prepare(postgres.address(), secrets);
        RedisServer redis = RedisServer.start(data, ports.next());
        parts.push(Caretaker.of(redis.process(), "TERM"));
        parts.push(redis);
        SuiteTopics.prepare(bootstrapServers, kafka::isAlive);
        Map<String, String> servers = Map.of(
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "THROUGHLINE_DB_USERNAME", Service.JOBS.schema(),
                "THROUGHLINE_DB_PASSWORD", secrets.password(Service.JOBS),
                "THROUGHLINE_KAFKA_BOOTSTRAP_SERVERS", bootstrapServers,
                "THROUGHLINE_REDIS_URL", redis.url());
        Function<String, Map<String, String>> environment = process -> {
            Map<String, String> own = new HashMap<>(servers);
            // Who changed a job is told by the name that connections go by.
            own.put("THROUGHLINE_DB_URL", postgres.address().serviceUrl() + "?ApplicationName=" + process);
            own.put("HOSTNAME", process);
            return own;
        };
        for (int number = 1; number <= REPLICAS; number++) {
            Replica replica = new Replica("replica-" + number, ports.next(), data.logs(), command(), environment);
            replicas.add(replica);
            parts.push(replica);
            replica.start();
        }
        awaitAllReady();
        history = new JobHistory(postgres.address().adminUrl().replace("/postgres?", "/throughline?"));
        parts.push(history);
        history.begin();
    }

    private List<String> command() {
        List<String> settings = new ArrayList<>(AotCache.of(ROOT, Service.JOBS).flags());
        settings.add("-Dthroughline.jobs.lease=" + LEASE);
        settings.add("-Dthroughline.jobs.heartbeat=" + HEARTBEAT);
        settings.add("-Dthroughline.jobs.grace=" + GRACE);
        for (String provider : List.of("enrich", "discover")) {
            String prefix = "-Dthroughline.outside." + provider;
            settings.add(prefix + ".url=" + ledger.url(provider));
            settings.add(prefix + ".method=POST");
            settings.add(prefix + ".limit=100000");
            settings.add(prefix + ".concurrency=1000");
            settings.add(prefix + ".breaker-rest=PT1S");
        }
        return ServiceCommand.of(ROOT, Service.JOBS, data.logs(), settings);
    }

    /** For good. */
    void stopDatabase() throws IOException {
        postgres.close();
    }

    List<Replica> replicas() {
        return replicas;
    }

    OutsideLedger ledger() {
        return ledger;
    }

    JobHistory history() {
        return history;
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Whose process has that name; none when it has been replaced. */
    Replica named(String process) {
        return replicas.stream()
                .filter(replica -> replica.process().equals(process))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(process));
    }

    /** Everybody is up and awake, whatever the test before left behind. */
    void restore() {
        for (Replica replica : replicas) {
            try {
                replica.restore();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        awaitAllReady();
    }

    void awaitAllReady() {
        patiently("all replicas are ready").until(() -> replicas.stream().allMatch(Replica::ready));
    }

    /** A tenant of the test's own, whose key every replica knows. */
    Tenant tenant() throws Exception {
        Tenant tenant = Tenant.introduce(bootstrapServers);
        for (Replica replica : replicas) {
            patiently("the key acts on " + replica.process()).until(() -> tenant.isKnownTo(replica));
        }
        return tenant;
    }

    /** What that worker believes to be running. */
    int running(Replica replica, Tenant tenant) {
        return client(replica, tenant)
                .get("/internal/monitor")
                .path("data")
                .path("queue")
                .path("runningHere")
                .asInt(-1);
    }

    List<Integer> runningByReplica(Tenant tenant) {
        return replicas.stream().map(replica -> running(replica, tenant)).toList();
    }

    /** At some replica that takes requests. */
    Client client(Tenant tenant) {
        Replica chosen = patiently("somebody takes requests").until(this::someoneWhoTakesRequests, Objects::nonNull);
        return client(chosen, tenant);
    }

    private Replica someoneWhoTakesRequests() {
        List<Replica> able = replicas.stream().filter(Replica::takesRequests).toList();
        if (able.isEmpty()) {
            replicas.forEach(Replica::ready);
            return null;
        }
        return able.get(next++ % able.size());
    }

    /** Of a process's own: a kept connection to the one before it is of no use. */
    private Client client(Replica replica, Tenant tenant) {
        return clients.computeIfAbsent(
                replica.process() + " " + tenant.id(), any -> new Client(replica.url(), tenant.apiKey()));
    }

    void awaitEnds(Tenant tenant, Set<UUID> requested) {
        patiently("every job that was asked for is in the queue")
                .until(() -> history.ids(tenant).containsAll(requested));
        patiently("every job has ended")
                .untilAsserted(() -> assertThat(history.unfinished(tenant)).isZero());
        patiently("every event has left")
                .untilAsserted(() -> assertThat(history.unpublished()).isZero());
    }

    static ConditionFactory patiently(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(100))
                .pollDelay(Duration.ZERO);
    }

    @Override
    public void close() {
        for (AutoCloseable part = parts.poll(); part != null; part = parts.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                System.err.println("could not be ended: " + e);
            }
        }
    }
}
