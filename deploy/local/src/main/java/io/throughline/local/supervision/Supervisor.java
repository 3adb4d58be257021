package io.throughline.local.supervision;

import io.throughline.local.gateway.Gateway;
import io.throughline.local.server.Servers;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.Ports;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.stack.Secrets;
import io.throughline.local.stack.Service;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import io.throughline.local.stack.StackState.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The process behind {@code up}. Starts servers, then services and gateway; restarts services that die; on SIGTERM or
 * Ctrl-C drains the services and stops the servers. Ends only by {@code System.exit}, so there is one way to stop.
 */
public final class Supervisor {

    private static final Duration READY_LIMIT = Duration.ofSeconds(180);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private final Options options;
    private final DataDirectory data;
    private final Screen screen = new Screen(System.out, System::nanoTime);
    private final Started started = new Started();
    private final Map<Service, ServiceProcess> services = new EnumMap<>(Service.class);
    private final CountDownLatch forever = new CountDownLatch(1);

    private Secrets secrets;
    private Servers servers;
    private Gateway gateway;
    private String tenant;
    private Phase phase = Phase.STARTING;
    private String failure;

    public Supervisor(Options options) {
        this.options = options;
        this.data = new DataDirectory(options.data());
    }

    /** Returns only by an exception or when the JVM is told to end. */
    public void run() throws Exception {
        try (SingleInstance instance = SingleInstance.claim(options)) {
            instance.prepare();
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
            try {
                start();
            } catch (StackFailure failed) {
                fail(failed);
                throw failed;
            }
            forever.await();
        }
    }

    private void start() throws Exception {
        secrets = Secrets.of(data);
        record();
        screen.say("Starting in " + data.path());
        var ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());
        ticker.scheduleAtFixedRate(screen::stillWaiting, 5, 5, TimeUnit.SECONDS);
        Ports ports = new Ports();
        AotCache brokerCache = AotCache.ofBroker(options.root());
        servers = new ServerStart(data, secrets, options.environment(), ports, started, screen, brokerCache.flags())
                .run();
        record();
        startServices(ports);
        startGateway();
        awaitServices();
        ticker.shutdownNow();
        tenant = FirstTenant.of(secrets.adminKey(), servers.kafka(), Duration.ofSeconds(5))
                .orElse(null);
        phase = Phase.READY;
        record();
        screen.say(Welcome.text(options.port(), secrets.adminKey(), screen.seconds()));
        if (options.demo()) {
            DemoProcess.startOnEmptyStore(options, data, secrets.adminKey(), started, screen);
            record();
        }
    }

    private void startServices(Ports ports) throws Exception {
        Map<Service, Integer> servicePorts = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            servicePorts.put(service, ports.next());
        }
        ServiceEnvironment environment = new ServiceEnvironment(
                servers, secrets, servicePorts, "http://127.0.0.1:" + options.port(), options.environment());
        Readiness readiness = new Readiness();
        for (Service service : Service.values()) {
            ServiceProcess process = new ServiceProcess(
                    service,
                    servicePorts.get(service),
                    ServiceCommand.of(
                            options.root(),
                            service,
                            data.logs(),
                            AotCache.of(options.root(), service).flags()),
                    environment.of(service),
                    data.log(service.title()),
                    readiness,
                    this::record,
                    ServiceProcess.DRAIN);
            synchronized (this) {
                services.put(service, process);
            }
        }
        started.keep("services", new AllServices(List.copyOf(services.values())));
        for (ServiceProcess process : services.values()) {
            screen.starting(process.service().title());
            process.start();
        }
    }

    private void startGateway() throws Exception {
        Map<String, Integer> ports = new LinkedHashMap<>();
        services.forEach((service, process) -> ports.put(service.title(), process.port()));
        gateway = started.keep("gateway", Gateway.start(options.port(), ports, servers.sink(), ANSWER_LIMIT));
        record();
    }

    private void awaitServices() throws InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        List<ServiceProcess> waiting = new ArrayList<>(services.values());
        while (!waiting.isEmpty()) {
            for (ServiceProcess process : List.copyOf(waiting)) {
                boolean late = System.nanoTime() > deadline;
                if (process.awaitReady(Duration.ofMillis(50))) {
                    waiting.remove(process);
                    screen.ready(process.service().title(), "http://127.0.0.1:" + process.port());
                } else if (late || process.isGivenUp()) {
                    throw notReady(process, late);
                }
            }
        }
        screen.ready("gateway", "http://127.0.0.1:" + options.port());
    }

    private StackFailure notReady(ServiceProcess process, boolean late) {
        String name = process.service().title();
        String what = late ? "is not ready after " + READY_LIMIT.toSeconds() + " s" : process.note();
        return new StackFailure(
                name + " does not start (" + what + "). Its log is " + process.log() + " and ends with:\n"
                        + Child.tail(process.log()),
                "./throughline logs " + name);
    }

    private synchronized void fail(StackFailure failed) {
        failure = failed.getMessage();
        phase = Phase.FAILED;
        record();
    }

    private void stop() {
        synchronized (this) {
            if (phase != Phase.FAILED) {
                phase = Phase.STOPPING;
            }
            record();
        }
        screen.stopping("Stopping: services drain, then the servers stop. Data is kept in " + data.path());
        started.closeAll();
        synchronized (this) {
            if (phase != Phase.FAILED) {
                phase = Phase.STOPPED;
            }
            record();
        }
        screen.say("Stopped.");
    }

    private synchronized void record() {
        Map<String, StackState.ServiceState> states = new LinkedHashMap<>();
        List<RecordedProcess> processes = new ArrayList<>();
        services.forEach((service, process) -> {
            states.put(service.title(), process.state());
            if (process.isStarted()) {
                processes.add(process.recorded());
            }
        });
        processes.addAll(started.processes());
        RecordedProcess self = RecordedProcess.of("supervisor", ProcessHandle.current());
        data.record(new StackState(
                phase,
                failure,
                self,
                new StackState.Gateway("http://127.0.0.1:" + options.port(), options.port(), self.pid()),
                secrets == null ? null : secrets.adminKey(),
                tenant,
                states,
                servers == null
                        ? null
                        : new StackState.Postgres(servers.postgres().shownUrl()),
                servers == null ? null : new StackState.Kafka(servers.kafka()),
                servers == null ? null : new StackState.Redis(servers.redis()),
                servers == null
                        ? null
                        : new StackState.Smtp(
                                servers.smtp().getHost(),
                                servers.smtp().getPort(),
                                servers.sink().isPresent()),
                processes));
    }
}
