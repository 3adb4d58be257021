package io.throughline.local.server;

import io.throughline.local.lifeline.Lifeline;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.RecordedProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The broker in its own JVM, so that its heap and its compiler threads are not the supervisor's. */
public final class KafkaServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final RecordedProcess recorded;
    private final int port;

    private KafkaServer(Process process, int port) {
        this.process = process;
        this.recorded = RecordedProcess.of("kafka", process.toHandle());
        this.port = port;
    }

    public static KafkaServer start(DataDirectory data, int port, int controllerPort, List<String> jvmFlags)
            throws IOException {
        Path log = data.log("kafka");
        Child.rotate(log);
        List<String> command =
                new ArrayList<>(List.of(Child.java(), "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(jvmFlags);
        command.addAll(List.of(
                "-Djava.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n",
                "-cp",
                Child.classPath(),
                Lifeline.class.getName(),
                KafkaBroker.class.getName(),
                data.path().resolve("kafka").toString(),
                Integer.toString(port),
                Integer.toString(controllerPort)));
        return new KafkaServer(Child.start(command, Map.of(), log), port);
    }

    public RecordedProcess process() {
        return recorded;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        recorded.end(PATIENCE);
    }
}
