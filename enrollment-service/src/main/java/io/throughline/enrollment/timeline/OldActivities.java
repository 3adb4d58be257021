package io.throughline.enrollment.timeline;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Keeps {@code activity} from growing for ever. Any number of replicas may: what one has removed the others do not find. */
@Startup
@Singleton
class OldActivities {

    private static final Logger LOG = Logger.getLogger(OldActivities.class);

    private final ActivityStore activities;
    private final TimelineSettings settings;
    private final CountDownLatch closed = new CountDownLatch(1);

    OldActivities(ActivityStore activities, TimelineSettings settings) {
        this.activities = activities;
        this.settings = settings;
        Thread.ofVirtual().name("old-activities").start(this::run);
    }

    void runOnce() {
        while (closed.getCount() > 0 && activities.forget(settings.keptDays())) {
            // Batch by batch, each its own transaction.
        }
    }

    private void run() {
        Duration pause = settings.forgetEvery();
        try {
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                forget();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forget() {
        try {
            runOnce();
        } catch (RuntimeException failure) {
            LOG.warnf("Old activities stay until the next time; reason=%s", failure.getMessage());
        }
    }

    void close(@Observes ShutdownEvent event) {
        closed.countDown();
    }
}
