package io.throughline.platform.events;

import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlFailure;
import io.throughline.platform.telemetry.TraceParent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * How a consumer takes in what it polled: one transaction for the whole batch, and the method returns (so that the
 * offset may be committed) only when every record is either in the database or on the dead-letter topic.
 *
 * <ul>
 *   <li>A record without the attributes of our events is parked.
 *   <li>A passing fault of the database or broker is waited out, however long it takes: consumption stops, nothing is
 *       lost.
 *   <li>Any other failure is pinned to its record by halving the batch; that record is parked, the rest is counted.
 * </ul>
 */
@Singleton
public class Batches {

    private static final Logger LOG = Logger.getLogger(Batches.class);
    private static final long FIRST_WAIT_MILLIS = 200;
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    private final Sql sql;
    private final Json json;
    private final DeadLetters deadLetters;
    private volatile boolean closed;

    Batches(Sql sql, Json json, DeadLetters deadLetters) {
        this.sql = sql;
        this.json = json;
        this.deadLetters = deadLetters;
    }

    /**
     * @param work called inside a transaction, perhaps several times for the same events; throws
     *     {@link InboundEvent.Rejection} to refuse
     */
    public void take(ConsumerRecords<String, byte[]> records, Consumer<List<InboundEvent>> work) {
        List<InboundEvent> events = new ArrayList<>(records.count());
        for (ConsumerRecord<String, byte[]> each : records) {
            try {
                events.add(InboundEvent.of(each, json));
            } catch (InboundEvent.Rejection rejection) {
                park(each, rejection.reason());
            }
        }
        if (!events.isEmpty()) {
            TraceParent.begin(events.getFirst().traceParent());
            takeAll(events, work);
        }
    }

    /** For records that are no events of ours: one transaction, passing faults are waited out, any other is thrown. */
    public void insist(Runnable work) {
        long wait = FIRST_WAIT_MILLIS;
        while (true) {
            try {
                sql.inTransaction(work);
                return;
            } catch (RuntimeException failure) {
                if (!mayPass(failure)) {
                    throw failure;
                }
                LOG.warnf("Consumption waits; reason=%s waitMillis=%d", failure.getMessage(), wait);
                pause(wait);
                wait = Math.min(wait * 2, LONGEST_WAIT_MILLIS);
            }
        }
    }

    private void takeAll(List<InboundEvent> events, Consumer<List<InboundEvent>> work) {
        try {
            insist(() -> work.accept(events));
        } catch (RuntimeException failure) {
            if (mayPass(failure)) {
                throw failure;
            }
            pin(events, work, failure);
        }
    }

    private void pin(List<InboundEvent> events, Consumer<List<InboundEvent>> work, RuntimeException failure) {
        if (events.size() == 1) {
            park(events.getFirst().origin(), reason(failure));
            return;
        }
        int half = events.size() / 2;
        takeAll(events.subList(0, half), work);
        takeAll(events.subList(half, events.size()), work);
    }

    private void park(ConsumerRecord<String, byte[]> origin, String reason) {
        while (true) {
            try {
                deadLetters.park(origin, reason);
                return;
            } catch (KafkaException failure) {
                LOG.warnf("Consumption waits for the dead-letter topic; reason=%s", failure.getMessage());
                pause(LONGEST_WAIT_MILLIS);
            }
        }
    }

    private static boolean mayPass(Throwable failure) {
        return SqlFailure.mayPass(failure) || failure instanceof KafkaException;
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InboundEvent.Rejection rejection) {
                return rejection.reason();
            }
        }
        return "failed: " + failure.getMessage();
    }

    /** Stops waiting on shutdown by failing: the offset is not committed and the batch comes again. */
    private void pause(long millis) {
        if (closed) {
            throw new IllegalStateException("shutting down; the batch will come again");
        }
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("shutting down; the batch will come again", e);
        }
    }

    @PreDestroy
    void close() {
        closed = true;
    }
}
