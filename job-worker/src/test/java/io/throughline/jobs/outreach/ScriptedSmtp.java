package io.throughline.jobs.outreach;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A mail server that does what it is told, by address, and keeps what it got. Its own reading of RFC 5321. */
final class ScriptedSmtp {

    /** What it does with the next mail to (or, for {@link #SENDER_PUT_OFF}, from) an address instead of taking it. */
    enum Fault {
        SENDER_PUT_OFF,
        PUT_OFF,
        REFUSED,
        CLOSING,
        CUT_AT_RECIPIENT,
        CUT_AT_DATA,
        CUT_IN_CONTENT,
        CUT_AFTER_CONTENT,
        REFUSED_AFTER_CONTENT,
        PUT_OFF_AFTER_CONTENT,
        HELD_AFTER_CONTENT
    }

    /** @param content with dots unstuffed and lines ended by CRLF, as transmitted */
    record Received(String sender, String recipient, String content) {}

    private final Map<String, Deque<Fault>> script = new ConcurrentHashMap<>();
    private final Map<String, List<Received>> received = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> tries = new ConcurrentHashMap<>();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile CountDownLatch holding = new CountDownLatch(1);
    private int port;
    private ServerSocket listening;

    synchronized ScriptedSmtp start() {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            port = socket.getLocalPort();
            listening = socket;
            Thread.ofVirtual().start(() -> accept(socket));
            return this;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Refuses connections until started again, on the same port; ends those that stand. */
    synchronized void stop() {
        try {
            listening.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "smtp://127.0.0.1:" + port;
    }

    void script(String address, Fault... inOrder) {
        script.put(address, new ArrayDeque<>(Arrays.asList(inOrder)));
    }

    /** Answers the content of the next mail to the address only after {@link #release}. */
    void hold(String address) {
        held = new CountDownLatch(1);
        holding = new CountDownLatch(1);
        script(address, Fault.HELD_AFTER_CONTENT);
    }

    boolean holds() {
        return holding.getCount() == 0;
    }

    void release() {
        held.countDown();
    }

    List<Received> to(String recipient) {
        return received.getOrDefault(recipient, List.of());
    }

    /** How often the server was asked to take a mail for the address. */
    int tries(String recipient) {
        AtomicInteger count = tries.get(recipient);
        return count == null ? 0 : count.get();
    }

    int connections() {
        return clients.size();
    }

    int mostConnections() {
        return most.get();
    }

    int opened() {
        return opened.get();
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                client.setTcpNoDelay(true);
                clients.add(client);
                opened.incrementAndGet();
                most.accumulateAndGet(clients.size(), Math::max);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            converse(new BufferedInputStream(client.getInputStream(), 65_536), client.getOutputStream());
        } catch (SocketException e) {
            // The client hung up, or we were stopped.
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            clients.remove(client);
        }
    }

    private void converse(InputStream in, OutputStream out) throws IOException, InterruptedException {
        reply(out, "220 scripted");
        String sender = null;
        String recipient = null;
        Fault fault = null;
        while (true) {
            String line = line(in);
            if (line == null) {
                return;
            }
            String command = line.length() < 4 ? line : line.substring(0, 4);
            switch (command) {
                case "EHLO", "HELO", "NOOP", "RSET" -> reply(out, "250 fine");
                case "MAIL" -> {
                    sender = address(line);
                    fault = next(sender);
                    reply(out, fault == Fault.SENDER_PUT_OFF ? "451 4.3.0 not now" : "250 fine");
                }
                case "RCPT" -> {
                    recipient = address(line);
                    tries.computeIfAbsent(recipient, any -> new AtomicInteger()).incrementAndGet();
                    fault = next(recipient);
                    if (fault == Fault.CUT_AT_RECIPIENT) {
                        return;
                    }
                    reply(
                            out,
                            fault == Fault.PUT_OFF
                                    ? "451 4.7.1 greylisted"
                                    : fault == Fault.REFUSED
                                            ? "550 5.1.1 no such user"
                                            : fault == Fault.CLOSING ? "421 4.3.2 closing" : "250 fine");
                    if (fault == Fault.CLOSING) {
                        return;
                    }
                }
                case "DATA" -> {
                    if (fault == Fault.CUT_AT_DATA) {
                        return;
                    }
                    reply(out, "354 go on");
                    String content = content(in, fault == Fault.CUT_IN_CONTENT);
                    if (content == null) {
                        return;
                    }
                    String answer = answer(fault);
                    if (answer == null || answer.startsWith("250")) {
                        received.computeIfAbsent(recipient, any -> new CopyOnWriteArrayList<>())
                                .add(new Received(sender, recipient, content));
                    }
                    if (fault == Fault.HELD_AFTER_CONTENT) {
                        holding.countDown();
                        held.await();
                    }
                    if (answer == null) {
                        return;
                    }
                    reply(out, answer);
                }
                case "QUIT" -> {
                    reply(out, "221 bye");
                    return;
                }
                default -> reply(out, "500 what");
            }
        }
    }

    /** Null: it takes the mail and hangs up without a word. */
    private static String answer(Fault fault) {
        return switch (fault) {
            case CUT_AFTER_CONTENT -> null;
            case REFUSED_AFTER_CONTENT -> "554 5.7.1 looks like spam";
            case PUT_OFF_AFTER_CONTENT -> "451 4.7.1 try again";
            case null, default -> "250 2.0.0 taken";
        };
    }

    private Fault next(String address) {
        Deque<Fault> faults = script.get(address);
        return faults == null ? null : faults.poll();
    }

    private static String address(String line) {
        return line.substring(line.indexOf('<') + 1, line.indexOf('>'));
    }

    private static String content(InputStream in, boolean cut) throws IOException {
        StringBuilder content = new StringBuilder();
        while (true) {
            String line = line(in);
            if (line == null || cut) {
                return null;
            }
            if (line.equals(".")) {
                return content.toString();
            }
            content.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
        }
    }

    /** Without its CRLF; null at the end. A bare LF does not end a line. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int last = -1;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (last == '\r' && next == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.substring(0, text.length() - 1);
            }
            line.write(next);
            last = next;
        }
        return null;
    }

    private static void reply(OutputStream out, String text) throws IOException {
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
