package io.throughline.jobs.queue;

import io.quarkus.runtime.StartupEvent;
import io.throughline.platform.sql.Signals;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Signals between those that move jobs and those that wait for it: in this replica at once, to the others by NOTIFY. A signal
 * can be lost: whoever listens polls, too.
 */
@Singleton
public class Wakeups {

    private static final String CHANNEL = "jobs";

    /** Jobs may be due. */
    public static final String DUE = "due";

    /** A job was taken away from whoever runs it. */
    public static final String CANCELLED = "cancelled";

    /** There are new rows in {@code job_event}. */
    public static final String MOVED = "moved";

    private static final Logger LOG = Logger.getLogger(Wakeups.class);
    private static final int RETRY_MILLIS = 2000;

    private final Signals signals;
    /** Tells this replica's own notifications, which it has acted on already. */
    private final String here = UUID.randomUUID().toString();

    private final String url;
    private final String username;
    private final String password;
    private final Map<String, List<Runnable>> listeners = new ConcurrentHashMap<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("jobs-listen").unstarted(this::run);
    private volatile boolean closed;

    Wakeups(
            Signals signals,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") String password) {
        this.signals = signals;
        this.url = url;
        this.username = username;
        this.password = password;
    }

    /** @param listener called on the thread that tells or listens: it must not wait */
    public void on(String signal, Runnable listener) {
        listeners.computeIfAbsent(signal, any -> new CopyOnWriteArrayList<>()).add(listener);
    }

    /** After the commit of the thread's transaction, or at once without one. */
    public void tell(String signal) {
        signals.afterCommit(() -> {
            listeners.getOrDefault(signal, List.of()).forEach(Runnable::run);
            signals.send(CHANNEL, signal + "@" + here);
        });
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try (Connection connection = DriverManager.getConnection(url, username, password)) {
                listen(connection);
            } catch (SQLException e) {
                pause(e);
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet schema = statement.executeQuery("SELECT current_schema()")) {
            schema.next();
            String channel = CHANNEL + "_" + schema.getString(1);
            statement.execute("LISTEN " + channel);
        }
        PGConnection notifications = connection.unwrap(PGConnection.class);
        while (!closed) {
            PGNotification[] received = notifications.getNotifications(10_000);
            for (PGNotification each : received == null ? new PGNotification[0] : received) {
                received(each.getParameter());
            }
        }
    }

    private void received(String payload) {
        int end = payload.indexOf('@');
        if (end >= 0 && !payload.substring(end + 1).equals(here)) {
            listeners.getOrDefault(payload.substring(0, end), List.of()).forEach(Runnable::run);
        }
    }

    private void pause(SQLException fault) {
        if (closed) {
            return;
        }
        LOG.warnf("Not listening, polling; reason=%s", fault.getMessage());
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @PreDestroy
    void close() {
        closed = true;
        thread.interrupt();
    }
}
