package io.throughline.jobs.queue;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Listens for NOTIFY on a connection of its own, one per replica. Without it the worker polls. */
@Singleton
class Wakeups {

    private static final Logger LOG = Logger.getLogger(Wakeups.class);
    private static final int RETRY_MILLIS = 2000;

    private final String url;
    private final String username;
    private final String password;
    private Thread thread;
    private volatile boolean closed;

    Wakeups(
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String username,
            @ConfigProperty(name = "quarkus.datasource.password") String password) {
        this.url = url;
        this.username = username;
        this.password = password;
    }

    void start(Runnable enqueued, Runnable cancelled) {
        thread = Thread.ofPlatform().daemon().name("jobs-listen").start(() -> {
            while (!closed) {
                try (Connection connection = DriverManager.getConnection(url, username, password)) {
                    listen(connection, enqueued, cancelled);
                } catch (SQLException e) {
                    pause(e);
                }
            }
        });
    }

    private void listen(Connection connection, Runnable enqueued, Runnable cancelled) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet schema = statement.executeQuery("SELECT current_schema()")) {
            schema.next();
            String channel = "jobs_" + schema.getString(1);
            statement.execute("LISTEN " + channel);
        }
        PGConnection notifications = connection.unwrap(PGConnection.class);
        while (!closed) {
            PGNotification[] received = notifications.getNotifications(10_000);
            for (PGNotification each : received == null ? new PGNotification[0] : received) {
                (each.getParameter().equals("cancelled") ? cancelled : enqueued).run();
            }
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

    void close() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
