package io.throughline.local.supervision;

import io.throughline.local.server.Postgres;
import io.throughline.local.server.Servers;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.Ports;
import io.throughline.local.stack.Secrets;
import io.throughline.local.stack.Service;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One more process of a service beside those of the running stack, on the same servers, told some things otherwise. It ends
 * with whoever started it.
 */
public final class Replica implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(120);

    private final Process process;
    private final int port;

    private Replica(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns when it is ready. @param others variables that it is told instead of or besides the usual ones */
    public static Replica start(
            Path root, DataDirectory data, StackState stack, Service service, Map<String, String> others)
            throws IOException, InterruptedException {
        int port = new Ports().next();
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service each : Service.values()) {
            ports.put(each, stack.services().get(each.title()).port());
        }
        ports.put(service, port);
        Map<String, String> variables = new LinkedHashMap<>(new ServiceEnvironment(
                        servers(stack), Secrets.of(data), ports, stack.gateway().url(), Map.of())
                .of(service));
        variables.putAll(others);
        Path log = data.log(service.title() + "-replica");
        Child.rotate(log);
        Replica replica = new Replica(
                Child.start(
                        ServiceCommand.of(
                                root,
                                service,
                                data.logs(),
                                AotCache.of(root, service).flags()),
                        variables,
                        log),
                port);
        replica.awaitReady(log);
        return replica;
    }

    private static Servers servers(StackState stack) {
        String database = stack.postgres().jdbcUrl();
        return new Servers(
                new Postgres(database, database.replaceFirst("\\?.*", "")),
                stack.kafka().bootstrapServers(),
                stack.redis().url(),
                URI.create("smtp://" + stack.smtp().host() + ":" + stack.smtp().port()),
                Optional.empty());
    }

    private void awaitReady(Path log) throws InterruptedException {
        Readiness readiness = new Readiness();
        long until = System.nanoTime() + READY_LIMIT.toNanos();
        while (!readiness.of(port)) {
            if (process.waitFor(200, TimeUnit.MILLISECONDS) || System.nanoTime() > until) {
                close();
                throw new StackFailure("A replica did not get ready.\n" + Child.tail(log), "see " + log);
            }
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(ServiceProcess.DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
