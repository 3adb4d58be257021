package io.throughline.platform.test;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import io.throughline.events.Topics;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import redis.embedded.RedisServer;

/**
 * A real PostgreSQL 18, Kafka broker (with all topics) and Redis for the tests of one module, on free ports of the
 * loopback, started once per JVM and ended with it. The service connects as an ordinary role that owns only its schema.
 */
public class EmbeddedServers implements QuarkusTestResourceLifecycleManager {

    private static final String RUNNING = EmbeddedServers.class.getName();

    /**
     * Told in a system property: for classes with other test resources Quarkus starts again and loads this class again,
     * but the servers are the JVM's.
     */
    @Override
    public Map<String, String> start() {
        synchronized (System.getProperties()) {
            if (System.getProperty(RUNNING) == null) {
                System.setProperty(
                        RUNNING,
                        startAll().entrySet().stream()
                                .map(setting -> setting.getKey() + "=" + setting.getValue())
                                .collect(Collectors.joining("\n")));
            }
            return System.getProperty(RUNNING)
                    .lines()
                    .map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
        }
    }

    /** Nothing: the servers serve all test classes and end with the JVM. */
    @Override
    public void stop() {}

    private static Map<String, String> startAll() {
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("fsync", "off")
                    .setServerConfig("max_connections", "200")
                    .start();
            atExit(postgres::close);
            prepare(postgres);

            EmbeddedKafkaBroker kafka = new EmbeddedKafkaBroker()
                    .withNodeId(1)
                    .withKafkaHost("127.0.0.1")
                    .withKafkaPort(freePort())
                    .withControllerPort(freePort())
                    .withDeleteLogDirsOnClose(true)
                    .withAdditionalProperties(properties -> {
                        properties.put("offsets.topic.num.partitions", "3");
                        properties.put("offsets.topic.replication.factor", "1");
                        properties.put("group.initial.rebalance.delay.ms", "0");
                        properties.put("auto.create.topics.enable", "false");
                    })
                    .start();
            atExit(kafka::close);
            String bootstrapServers = kafka.getAdvertisedListeners().replaceFirst("^.*://", "");
            createTopics(bootstrapServers);

            int redisPort = freePort();
            RedisServer redis = RedisServer.newRedisServer()
                    .port(redisPort)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .build();
            redis.start();
            atExit(redis::stop);

            return Map.of(
                    "throughline.db.url",
                    "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/throughline",
                    "throughline.db.username",
                    "service",
                    "throughline.db.password",
                    "service",
                    "throughline.kafka.bootstrap-servers",
                    bootstrapServers,
                    "kafka.bootstrap.servers",
                    bootstrapServers,
                    "throughline.redis.url",
                    "redis://127.0.0.1:" + redisPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException | ExecutionException e) {
            throw new IllegalStateException("embedded servers did not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void prepare(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE service LOGIN PASSWORD 'service'");
            statement.execute("CREATE DATABASE throughline");
            statement.execute("ALTER ROLE service IN DATABASE throughline SET search_path = service");
        }
        try (Connection connection =
                        postgres.getDatabase("postgres", "throughline").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA service AUTHORIZATION service");
        }
    }

    private static void createTopics(String bootstrapServers) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(Topics.all().stream()
                            .map(topic ->
                                    new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(topic.config()))
                            .toList())
                    .all()
                    .get();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void atExit(Closing server) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                server.close();
            } catch (IOException e) {
                System.err.println("an embedded server did not stop: " + e.getMessage());
            }
        }));
    }

    @FunctionalInterface
    private interface Closing {
        void close() throws IOException;
    }
}
