package io.throughline.jobs.schedule;

import io.throughline.jobs.queue.Priority;
import io.throughline.jobs.schedule.Schedule.Wanted;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;

/** The suite's own schedules, for features that have something to do now and then, once across all replicas. */
@Singleton
public class SystemSchedules {

    /** To whom they and their jobs belong; no key has it. */
    public static final UUID TENANT = new UUID(0, 0);

    private final ScheduleStore schedules;

    SystemSchedules(ScheduleStore schedules) {
        this.schedules = schedules;
    }

    /** For the start of a replica: one that is there stays as it is. At most one of its jobs is unfinished. */
    public void ensure(String name, String cron, String type) {
        schedules.addOwn(
                TENANT,
                name,
                new Wanted(cron, "UTC", type, Map.of(), Priority.NORMAL, Missed.ONCE, true),
                schedules.now());
    }
}
