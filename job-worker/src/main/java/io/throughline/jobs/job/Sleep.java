package io.throughline.jobs.job;

import io.throughline.jobs.queue.JobFailure;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;

/** Takes time, reports progress, fails as often as it is told to, and goes on at the step it got to. */
@Singleton
class Sleep implements JobType<Sleep.Parameters> {

    private static final long LONGEST_MILLIS = Duration.ofHours(1).toMillis();
    /** However short the steps are. */
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(1);

    /**
     * @param millis all steps together
     * @param failTimes attempts that fail, after their last step
     * @param steps null: 1
     */
    record Parameters(long millis, int failTimes, Integer steps) {
        Parameters {
            steps = steps == null ? 1 : steps;
            if (millis < 0 || millis > LONGEST_MILLIS) {
                throw new IllegalArgumentException("millis must be between 0 and " + LONGEST_MILLIS);
            }
            if (failTimes < 0) {
                throw new IllegalArgumentException("failTimes must not be negative");
            }
            if (steps < 1 || steps > 10_000) {
                throw new IllegalArgumentException("steps must be between 1 and 10000");
            }
        }
    }

    /** @param step that was slept through, with all before it */
    record Checkpoint(int step) {}

    @Override
    public String name() {
        return "sleep";
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    @Override
    public Outcome run(Work<Parameters> work) throws InterruptedException {
        Parameters asked = work.parameters();
        int first = work.checkpoint(Checkpoint.class).map(Checkpoint::step).orElse(0) + 1;
        long saved = System.nanoTime();
        for (int step = first; step <= asked.steps(); step++) {
            long slept = asked.millis() * (step - 1) / asked.steps();
            work.pause(Duration.ofMillis(asked.millis() * step / asked.steps() - slept));
            work.progress(step, asked.steps());
            if (step < asked.steps() && System.nanoTime() - saved >= BETWEEN_CHECKPOINTS.toNanos()) {
                work.saveCheckpoint(new Checkpoint(step));
                saved = System.nanoTime();
            }
        }
        if (work.attempt() <= asked.failTimes()) {
            throw JobFailure.passing(
                    "asked_to_fail", "Attempt " + work.attempt() + " of " + asked.failTimes() + " that were to fail.");
        }
        return new Outcome.Completed(Map.of("millis", asked.millis(), "steps", asked.steps()));
    }
}
