package io.throughline.local.supervision;

import io.throughline.local.lifeline.Lifeline;
import io.throughline.local.server.KafkaBroker;
import io.throughline.local.server.Servers;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.Ports;
import io.throughline.local.stack.Secrets;
import io.throughline.local.stack.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Starts the suite once on a throw-away data directory, lets it do a small main job, and makes a cache for each program
 * that has none from what it loaded. A program that does not become ready is left without: it starts more slowly, nothing else.
 */
public final class AotTraining {

    private static final Duration READY_LIMIT = Duration.ofSeconds(180);
    /** The recording is written when the JVM ends, which takes its time where processors are busy. */
    private static final Duration RECORDING = Duration.ofSeconds(90);
    /** A creation keeps one core busy and takes up to half a gigabyte. */
    private static final int CREATIONS_AT_ONCE = 2;

    private final Path root;
    private final Map<AotCache, List<String>> creations = new LinkedHashMap<>();

    public AotTraining(Path root) {
        this.root = root;
    }

    public void run() throws Exception {
        AotCache broker = AotCache.ofBroker(root);
        boolean all = Stream.of(Service.values())
                .allMatch(service -> AotCache.of(root, service).exists());
        if (all && broker.exists()) {
            return;
        }
        System.out.println("Preparing a fast start (once per build) …");
        Files.createDirectories(broker.file().getParent());
        DataDirectory data = DataDirectory.open(Files.createTempDirectory("throughline-training-"));
        Started started = new Started();
        Thread stop = new Thread(started::closeAll, "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            record(broker, data, started);
        } finally {
            started.closeAll();
            Leftovers.clear(data);
            data.wipe();
        }
        create();
    }

    private void record(AotCache broker, DataDirectory data, Started started) throws Exception {
        Secrets secrets = Secrets.of(data);
        Ports ports = new Ports();
        Screen silent = new Screen(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()), System::nanoTime);
        List<String> brokerFlags = broker.exists() ? broker.flags() : broker.recordingFlags();
        Servers servers = new ServerStart(data, secrets, Map.of(), ports, started, silent, brokerFlags).run();
        if (!broker.exists()) {
            creations.put(
                    broker,
                    List.of(
                            "-Xmx512m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            Child.classPath(),
                            Lifeline.class.getName(),
                            KafkaBroker.class.getName()));
        }
        Map<Service, Integer> servicePorts = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            servicePorts.put(service, ports.next());
        }
        ServiceEnvironment environment = new ServiceEnvironment(
                servers, secrets, servicePorts, "http://127.0.0.1:" + servicePorts.get(Service.ANALYTICS), Map.of());
        Readiness readiness = new Readiness();
        List<ServiceProcess> running = new ArrayList<>();
        for (Service service : Service.values()) {
            AotCache cache = AotCache.of(root, service);
            List<String> flags = cache.exists() ? cache.flags() : cache.recordingFlags();
            List<String> command = ServiceCommand.of(root, service, data.logs(), flags);
            ServiceProcess process = new ServiceProcess(
                    service,
                    servicePorts.get(service),
                    command,
                    environment.of(service),
                    data.log(service.title()),
                    readiness,
                    () -> {},
                    RECORDING);
            running.add(process);
            process.start();
            if (!cache.exists()) {
                creations.put(
                        cache,
                        ServiceCommand.of(root, service, data.logs(), List.of())
                                .subList(1, command.size() - flags.size()));
            }
        }
        started.keep("services", new AllServices(running));
        boolean ready = true;
        for (ServiceProcess process : running) {
            if (!process.awaitReady(READY_LIMIT)) {
                System.out.println("  " + process.service().title() + " did not become ready and will start without.");
                creations.remove(AotCache.of(root, process.service()));
                ready = false;
            }
        }
        if (ready) {
            new Rehearsal(root, data, servers, started).run(running, ports);
        }
    }

    private void create() {
        try (ExecutorService threads = Executors.newFixedThreadPool(CREATIONS_AT_ONCE)) {
            creations.forEach((cache, program) -> threads.submit(() -> create(cache, program)));
        }
    }

    private static Void create(AotCache cache, List<String> program) throws IOException, InterruptedException {
        if (!Files.exists(cache.recording())) {
            return null;
        }
        List<String> command = new ArrayList<>(List.of(Child.java()));
        command.addAll(cache.creationFlags());
        command.addAll(program);
        Path log = cache.file().resolveSibling(cache.file().getFileName() + ".log");
        int result = Child.start(command, Map.of(), log).waitFor();
        Files.deleteIfExists(cache.recording());
        if (result == 0 && Files.exists(cache.draft())) {
            removeOlder(cache);
            Files.move(cache.draft(), cache.file(), StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(log);
        } else {
            System.out.println("  No AOT cache could be made; see " + log);
        }
        return null;
    }

    /** Caches of earlier builds take 80 MB each and are of no use. */
    private static void removeOlder(AotCache cache) throws IOException {
        String name = cache.file().getFileName().toString().replaceFirst("-[0-9a-f]{8}\\.aot$", "");
        try (Stream<Path> files = Files.list(cache.file().getParent())) {
            for (Path file : files.filter(file -> file.getFileName().toString().matches(name + "-[0-9a-f]{8}\\.aot"))
                    .toList()) {
                Files.delete(file);
            }
        }
    }
}
