package io.throughline.analytics.erasure;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Does what is noted, in small transactions beside the intake. Any number of replicas may. */
@Startup
@Singleton
class ErasureLoop {

    private static final Logger LOG = Logger.getLogger(ErasureLoop.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final ErasureStore store;
    private final CountDownLatch closed = new CountDownLatch(1);

    ErasureLoop(ErasureStore store) {
        this.store = store;
        Thread.ofVirtual().name("erasures").start(this::run);
    }

    private void run() {
        try {
            while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runOnce() {
        try {
            while (closed.getCount() > 0 && store.goOn()) {
                // One stretch after the other, each its own transaction.
            }
        } catch (RuntimeException failure) {
            LOG.warnf("An erasure waits; reason=%s", failure.getMessage());
        }
    }

    void close(@Observes ShutdownEvent event) {
        closed.countDown();
    }
}
