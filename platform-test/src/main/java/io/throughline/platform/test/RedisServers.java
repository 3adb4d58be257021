package io.throughline.platform.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.eclipse.microprofile.config.ConfigProvider;
import redis.embedded.RedisServer;

/** Ends the Redis that all test classes share, and starts another one in its place. */
public final class RedisServers {

    private RedisServers() {}

    /** Returns when the server has closed its connections. */
    public static void end() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write("SHUTDOWN NOSAVE\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    public static void startAgain() throws IOException {
        RedisServer server = RedisServer.newRedisServer()
                .port(port())
                .bind("127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
    }

    private static void stop(RedisServer server) {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port() {
        return ConfigProvider.getConfig()
                .getValue("quarkus.redis.hosts", URI.class)
                .getPort();
    }
}
