package io.throughline.local.supervision;

import io.throughline.local.mail.MailSink;
import io.throughline.local.server.Caretaker;
import io.throughline.local.server.EmbeddedPostgresServer;
import io.throughline.local.server.KafkaServer;
import io.throughline.local.server.Postgres;
import io.throughline.local.server.RedisServer;
import io.throughline.local.server.Servers;
import io.throughline.local.server.SuiteDatabase;
import io.throughline.local.server.SuiteTopics;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.Ports;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.stack.Secrets;
import io.throughline.local.stack.StackFailure;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts the servers at once, each the embedded one or the user's own, and leaves them ready for the services. */
final class ServerStart {

    private final DataDirectory data;
    private final Secrets secrets;
    private final Map<String, String> environment;
    private final Ports ports;
    private final Started started;
    private final Screen screen;
    private final List<String> brokerFlags;

    ServerStart(
            DataDirectory data,
            Secrets secrets,
            Map<String, String> environment,
            Ports ports,
            Started started,
            Screen screen,
            List<String> brokerFlags) {
        this.data = data;
        this.secrets = secrets;
        this.environment = environment;
        this.ports = ports;
        this.started = started;
        this.screen = screen;
        this.brokerFlags = brokerFlags;
    }

    Servers run() throws InterruptedException, IOException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Postgres> postgres = threads.submit(this::postgres);
            Future<String> kafka = threads.submit(this::kafka);
            Future<String> redis = threads.submit(this::redis);
            Optional<String> smtp = Servers.external(environment, Servers.SMTP_URL);
            Optional<MailSink> sink = smtp.isPresent() ? Optional.empty() : Optional.of(sink());
            return new Servers(result(postgres), result(kafka), result(redis), URI.create(smtp.orElse(sinkUrl)), sink);
        }
    }

    private String sinkUrl = "";

    private MailSink sink() throws IOException {
        int port = ports.next();
        sinkUrl = "smtp://127.0.0.1:" + port;
        screen.starting("mail sink");
        MailSink sink = started.keep("mail sink", MailSink.start(data.path().resolve("mail"), port));
        screen.ready("mail sink", sinkUrl);
        return sink;
    }

    private Postgres postgres() throws IOException {
        screen.starting("postgres");
        Optional<String> external = Servers.external(environment, Servers.POSTGRES_URL);
        Postgres address = external.isPresent() ? Postgres.external(external.get()) : embeddedPostgres();
        SuiteDatabase.prepare(address, secrets);
        screen.ready("postgres", address.serviceUrl());
        return address;
    }

    private Postgres embeddedPostgres() throws IOException {
        EmbeddedPostgresServer server;
        try {
            server = EmbeddedPostgresServer.start(data, ports.next());
        } catch (IOException | IllegalStateException failed) {
            throw notStarted("PostgreSQL", "postgres", failed);
        }
        RecordedProcess process = server.process();
        Caretaker caretaker = Caretaker.of(process, "INT");
        started.keep("caretaker", caretaker, caretaker.process());
        started.keep("postgres", server, process);
        return server.address();
    }

    private String kafka() throws IOException, InterruptedException {
        screen.starting("kafka");
        Optional<String> external = Servers.external(environment, Servers.KAFKA);
        String address;
        if (external.isPresent()) {
            address = external.get();
            SuiteTopics.prepare(address, () -> true);
        } else {
            KafkaServer server = KafkaServer.start(data, ports.next(), ports.next(), brokerFlags);
            started.keep("kafka", server, server.process());
            address = server.bootstrapServers();
            try {
                SuiteTopics.prepare(address, server::isAlive);
            } catch (StackFailure failed) {
                throw notStarted("The Kafka broker", "kafka", failed);
            }
        }
        screen.ready("kafka", address);
        return address;
    }

    private String redis() throws IOException, InterruptedException {
        screen.starting("redis");
        Optional<String> external = Servers.external(environment, Servers.REDIS_URL);
        String url = external.isPresent() ? external.get() : embeddedRedis();
        screen.ready("redis", url);
        return url;
    }

    private String embeddedRedis() throws IOException, InterruptedException {
        RedisServer server = RedisServer.start(data, ports.next());
        Caretaker caretaker = Caretaker.of(server.process(), "TERM");
        started.keep("caretaker", caretaker, caretaker.process());
        started.keep("redis", server, server.process());
        return server.url();
    }

    private StackFailure notStarted(String server, String log, Exception cause) {
        return new StackFailure(
                server + " did not start. Its log is " + data.log(log) + " and ends with:\n"
                        + Child.tail(data.log(log)),
                "./throughline logs " + log + ", or start over with ./throughline up --fresh",
                cause);
    }

    private static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof StackFailure failure) {
                throw failure;
            }
            throw new IllegalStateException(failed.getCause());
        }
    }
}
