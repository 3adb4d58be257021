package io.throughline.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP line to a server on this machine that can be cut: every connection over it ends at once, in the middle of whatever. */
final class CuttingLine implements AutoCloseable {

    private final ServerSocket entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int exit;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    CuttingLine(int exit) throws IOException {
        this.exit = exit;
        Thread.ofVirtual().name("line").start(this::accept);
    }

    int port() {
        return entrance.getLocalPort();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), exit);
                open.add(near);
                open.add(far);
                pump(near, far);
                pump(far, near);
            } catch (IOException e) {
                // Closed, or the server is not there: whoever calls notices.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        Thread.ofVirtual().start(() -> {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // Cut: both ends close.
            } finally {
                open.remove(from);
                open.remove(to);
            }
        });
    }

    void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        cut();
    }
}
