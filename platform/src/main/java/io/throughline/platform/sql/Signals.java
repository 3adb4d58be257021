package io.throughline.platform.sql;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jboss.logging.Logger;

/**
 * NOTIFY after the commit, in a transaction of its own. PostgreSQL holds a lock over all notifications until a transaction
 * that notifies is on disk, so such transactions commit one at a time; one that does nothing else is not waited for. A
 * signal can be lost with the process: whoever listens polls, too.
 */
@Singleton
public class Signals {

    private static final Logger LOG = Logger.getLogger(Signals.class);

    private record Signal(String channel, String payload) {}

    private final Sql sql;
    private final TransactionSynchronizationRegistry transactions;
    private final BlockingQueue<Signal> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("signals").unstarted(this::run);
    private volatile boolean closed;

    Signals(Sql sql, TransactionSynchronizationRegistry transactions) {
        this.sql = sql;
        this.transactions = transactions;
        thread.start();
    }

    /**
     * When the thread's transaction has committed, or at once without one.
     *
     * @param channel without the schema, which is added: {@code jobs} becomes {@code jobs_<schema>}
     */
    public void send(String channel, String payload) {
        afterCommit(() -> waiting.add(new Signal(channel, payload)));
    }

    /** Once the thread's transaction has committed, or at once without one; not at all when it does not commit. */
    public void afterCommit(Runnable action) {
        switch (transactions.getTransactionStatus()) {
            case Status.STATUS_ACTIVE -> whenCommitted(action);
            case Status.STATUS_NO_TRANSACTION, Status.STATUS_COMMITTED -> action.run();
            default -> LOG.debug("No signal: the transaction is rolled back");
        }
    }

    private void whenCommitted(Runnable action) {
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // Nothing is lost when it does not come to a commit.
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    action.run();
                }
            }
        });
    }

    private void run() {
        while (!closed) {
            try {
                Set<Signal> batch = new LinkedHashSet<>();
                batch.add(waiting.take());
                waiting.drainTo(batch);
                publish(new ArrayList<>(batch));
            } catch (InterruptedException e) {
                closed = true;
            } catch (SqlFailure e) {
                LOG.warnf("Not notified, listeners poll; reason=%s", e.getMessage());
            }
        }
    }

    private void publish(List<Signal> signals) {
        sql.list(
                """
                SELECT pg_notify(channel || '_' || current_schema(), payload) FROM unnest(?, ?) AS signal(channel, payload)
                """,
                row -> true,
                Sql.column("text", signals, Signal::channel),
                Sql.column("text", signals, Signal::payload));
    }

    @PreDestroy
    void close() {
        closed = true;
        thread.interrupt();
    }
}
