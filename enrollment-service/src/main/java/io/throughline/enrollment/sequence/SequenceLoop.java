package io.throughline.enrollment.sequence;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.throughline.enrollment.enrolling.ContactsEnrolled;
import io.throughline.enrollment.instance.InstancesChanged;
import io.throughline.enrollment.ledger.CloseLedgers;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Plans due steps and closes ledgers for as long as the service runs. Any number of replicas may: a claim passes over what another has locked.
 * Rung when something here may have become due; otherwise looks every {@code poll}.
 */
@Startup
@Singleton
class SequenceLoop {

    private static final Logger LOG = Logger.getLogger(SequenceLoop.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    /** How late a ledger is noticed to have closed. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private static final Duration LAST_BATCH = Duration.ofSeconds(10);

    private final PlanDueSteps plan;
    private final CloseLedgers ledgers;
    private final SequenceSettings settings;
    private final Semaphore bell = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private long closedLedgersNanos = System.nanoTime() - CLOSING.toNanos();

    SequenceLoop(PlanDueSteps plan, CloseLedgers ledgers, SequenceSettings settings) {
        this.plan = plan;
        this.ledgers = ledgers;
        this.settings = settings;
        this.thread = Thread.ofPlatform().daemon().name("sequence").unstarted(this::run);
        if (settings.enabled()) {
            thread.start();
        }
    }

    /** One batch; how many steps were due. */
    int runOnce() {
        return plan.run(settings.batch());
    }

    void ring(@Observes(during = TransactionPhase.AFTER_SUCCESS) ContactsEnrolled enrolled) {
        ring();
    }

    void ring(@Observes(during = TransactionPhase.AFTER_SUCCESS) InstancesChanged changed) {
        ring();
    }

    /** Heard once however often it rings before the loop listens. */
    private void ring() {
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    private void run() {
        while (!closed) {
            try {
                int due = runOnce();
                if (!closeLedgers() && due == 0) {
                    await(settings.poll());
                }
            } catch (RuntimeException failure) {
                // Nothing was committed and nothing is skipped: the same steps are due again.
                LOG.warnf("Sequence pass failed; reason=%s", failure.getMessage());
                await(AFTER_FAILURE);
            }
        }
    }

    /** Whether to go on with it at once. */
    private boolean closeLedgers() {
        if (System.nanoTime() - closedLedgersNanos < CLOSING.toNanos()) {
            return false;
        }
        if (ledgers.run()) {
            return true;
        }
        closedLedgersNanos = System.nanoTime();
        return false;
    }

    private void await(Duration limit) {
        try {
            if (!closed) {
                bell.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
                bell.drainPermits();
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Lets the batch at hand finish. */
    void close(@Observes ShutdownEvent event) throws InterruptedException {
        closed = true;
        ring();
        if (thread.isAlive()) {
            thread.join(LAST_BATCH);
        }
    }
}
