package io.throughline.jobs.maintenance;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.throughline.jobs.queue.Chore;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import io.throughline.jobs.schedule.SystemSchedules;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jboss.logging.Logger;

/** Runs the chores of all features one after the other. One that fails waits for the next minute; the others are done. */
@Singleton
class Maintenance implements JobType<Maintenance.Parameters> {

    static final String NAME = "maintenance";

    private static final Logger LOG = Logger.getLogger(Maintenance.class);
    private static final String EVERY_MINUTE = "* * * * *";

    private final List<Chore> chores;

    Maintenance(@All List<Chore> chores) {
        this.chores = chores;
    }

    /** None. */
    record Parameters() {}

    /** @param failure null: it was done */
    record Done(long millis, String failure) {}

    /**
     * @param chores by name
     * @param failed how many were not done
     */
    record Result(int failed, Map<String, Done> chores) {}

    void start(@Observes StartupEvent event, SystemSchedules schedules) {
        schedules.ensure(NAME, EVERY_MINUTE, NAME);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    @Override
    public boolean requestable() {
        return false;
    }

    @Override
    public int concurrency() {
        return 1;
    }

    @Override
    public Duration timeLimit() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Outcome run(Work<Parameters> work) {
        return new Outcome.Completed(attemptAll(done -> {
            work.progress(done, chores.size());
            work.stopIfAsked();
        }));
    }

    /** @param between told after each how many were run; may end the run by an exception */
    Result attemptAll(IntConsumer between) {
        Map<String, Done> done = new TreeMap<>();
        for (Chore chore : chores) {
            done.put(nameOf(chore), attempt(chore));
            between.accept(done.size());
        }
        int failed = (int)
                done.values().stream().filter(each -> each.failure() != null).count();
        return new Result(failed, done);
    }

    private static Done attempt(Chore chore) {
        long start = System.nanoTime();
        String failure = null;
        try {
            chore.run();
        } catch (RuntimeException e) {
            failure = String.valueOf(e.getMessage());
            LOG.warnf("A chore waits for its next turn; chore=%s reason=%s", nameOf(chore), failure);
        }
        return new Done(Duration.ofNanos(System.nanoTime() - start).toMillis(), failure);
    }

    /** By feature: {@code imports.OldFiles}. */
    private static String nameOf(Chore chore) {
        Class<?> type = chore.getClass();
        String feature = type.getPackageName();
        return feature.substring(feature.lastIndexOf('.') + 1) + "." + type.getSimpleName();
    }
}
