package io.throughline.local.server;

import io.throughline.local.stack.Child;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.RecordedProcess;
import io.throughline.local.stack.StackFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import redis.embedded.core.ExecutableProvider;

/** Redis from the executable that embedded-redis carries; started by us, so that its pid and log are ours. */
public final class RedisServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final RecordedProcess process;
    private final int port;

    private RedisServer(RecordedProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    public static RedisServer start(DataDirectory data, int port) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(data.path().resolve("redis"));
        Path log = data.log("redis");
        Child.rotate(log);
        Process process = Child.start(
                List.of(
                        ExecutableProvider.newJarResourceProvider(directory.toFile())
                                .get()
                                .getAbsolutePath(),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--dir",
                        directory.toString(),
                        "--maxmemory",
                        "128mb",
                        "--maxmemory-policy",
                        "allkeys-lru"),
                Map.of(),
                log);
        Instant deadline = Instant.now().plus(START_LIMIT);
        while (!answers(port)) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                process.destroyForcibly();
                throw new StackFailure(
                        "Redis did not start; its log is " + log + " and ends with:\n" + Child.tail(log),
                        "./throughline logs redis");
            }
            Thread.sleep(20);
        }
        return new RedisServer(RecordedProcess.of("redis", process.toHandle()), port);
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            socket.setSoTimeout(500);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException notYet) {
            return false;
        }
    }

    public RecordedProcess process() {
        return process;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.end(Duration.ofSeconds(5));
    }
}
