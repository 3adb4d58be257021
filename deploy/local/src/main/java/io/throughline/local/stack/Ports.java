package io.throughline.local.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free loopback ports, each given out once. Taken below 32768, where Linux starts to pick ports for outgoing
 * connections: a service that is restarted finds its own port still free.
 */
public final class Ports {

    private static final int FIRST = 20_000;
    private static final int END = 32_000;

    private final Set<Integer> given = new HashSet<>();

    public synchronized int next() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && given.add(port)) {
                return port;
            }
        }
        throw new StackFailure(
                "No free port was found between " + FIRST + " and " + END + " on 127.0.0.1.",
                "end what occupies them (see: ss -ltnp), then ./throughline up");
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
