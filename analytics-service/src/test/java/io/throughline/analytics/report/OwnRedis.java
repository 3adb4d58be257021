package io.throughline.analytics.report;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import redis.embedded.RedisServer;

/** A Redis for one test class, which may end it and start it again. */
public class OwnRedis implements QuarkusTestResourceLifecycleManager {

    private int port;

    @Override
    public Map<String, String> start() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startAt(port);
        return Map.of("quarkus.redis.hosts", "redis://127.0.0.1:" + port);
    }

    static void startAgain() {
        startAt(configured().getPort());
    }

    private static void startAt(int port) {
        try {
            RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells the server to exit and waits until it has closed the connection. */
    static void end() {
        try {
            shutDown(configured().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void shutDown(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("SHUTDOWN NOSAVE\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    private static URI configured() {
        return ConfigProvider.getConfig().getValue("quarkus.redis.hosts", URI.class);
    }

    @Override
    public void stop() {
        try {
            shutDown(port);
        } catch (IOException e) {
            // a test has ended it already
        }
    }
}
