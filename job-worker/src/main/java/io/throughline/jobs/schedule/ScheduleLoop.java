package io.throughline.jobs.schedule;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** This replica's look at the clock. Every replica looks; a slot goes to whoever comes first. */
@Singleton
class ScheduleLoop {

    private static final Logger LOG = Logger.getLogger(ScheduleLoop.class);
    /** How late a schedule may be that another replica has taken in meanwhile. */
    private static final Duration LONGEST = Duration.ofSeconds(1);
    /** While another replica is at what is due. */
    private static final Duration SHORTEST = Duration.ofMillis(50);

    private static final Duration END = Duration.ofSeconds(2);

    private final ScheduleStore schedules;
    private final FireSchedules fire;
    private final boolean enabled;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("schedules").unstarted(this::loop);

    ScheduleLoop(
            ScheduleStore schedules,
            FireSchedules fire,
            @ConfigProperty(name = "throughline.jobs.enabled", defaultValue = "true") boolean enabled) {
        this.schedules = schedules;
        this.fire = fire;
        this.enabled = enabled;
    }

    void start(@Observes StartupEvent event) {
        if (enabled) {
            thread.start();
        }
    }

    private void loop() {
        Duration wait = Duration.ZERO;
        try {
            while (!end.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                wait = attempt();
            }
        } catch (InterruptedException e) {
            LOG.debug("No more schedules");
        }
    }

    private Duration attempt() {
        try {
            return runOnce();
        } catch (RuntimeException e) {
            LOG.warnf("Schedules wait for the next look; reason=%s", e.getMessage());
            return LONGEST;
        }
    }

    /** Fires what is due by the database's clock. @return when to look again: at the nearest slot, within a second */
    Duration runOnce() {
        while (end.getCount() > 0 && fire.turn(schedules.now()).moved() > 0) {
            LOG.debug("Perhaps more is due");
        }
        Duration next = schedules.untilNext().orElse(LONGEST);
        return next.compareTo(SHORTEST) < 0 ? SHORTEST : next.compareTo(LONGEST) > 0 ? LONGEST : next.plusMillis(1);
    }

    void beforeShutdown(@Observes ShutdownDelayInitiatedEvent event) {
        close();
    }

    @PreDestroy
    void close() {
        end.countDown();
        try {
            thread.join(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
