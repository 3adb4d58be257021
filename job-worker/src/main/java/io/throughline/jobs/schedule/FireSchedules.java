package io.throughline.jobs.schedule;

import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.jobs.schedule.ScheduleStore.Move;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Makes jobs of the slots that have come. A turn is one transaction of four statements: claim, jobs, NOTIFY, move. The
 * claim keeps other replicas away; should a slot come up again all the same, its job has the same id and is not made.
 */
@Singleton
class FireSchedules {

    private static final Logger LOG = Logger.getLogger(FireSchedules.class);
    private static final int SCHEDULES = 100;
    private static final int JOBS = 1000;
    private static final Duration LATEST_WITHOUT_CATCHING_UP = Duration.ofMinutes(1);

    private final Sql sql;
    private final ScheduleStore schedules;
    private final JobStore jobs;

    FireSchedules(Sql sql, ScheduleStore schedules, JobStore jobs) {
        this.sql = sql;
        this.schedules = schedules;
        this.jobs = jobs;
    }

    /** @param moved schedules whose next time changed; 0: nothing was due, or others are at it */
    record Turn(int moved, int jobs) {}

    /** What is due at {@code now}, 100 schedules and 1,000 jobs at most; what is left is due in the next turn. */
    Turn turn(Instant now) {
        return sql.inTransaction(() -> {
            List<Schedule> due = schedules.claim(now, SCHEDULES);
            if (due.isEmpty()) {
                return new Turn(0, 0);
            }
            List<Firing> firings = due.stream()
                    .map(each -> firing(each, now, JOBS / due.size()))
                    .toList();
            List<NewJob> wanted = firings.stream()
                    .flatMap(firing -> firing.slots().stream().map(firing.schedule()::jobAt))
                    .toList();
            Set<UUID> fresh = wanted.isEmpty() ? Set.of() : new HashSet<>(jobs.enqueueAll(wanted));
            schedules.move(firings.stream().map(firing -> firing.move(fresh)).toList());
            return new Turn(due.size(), fresh.size());
        });
    }

    /** @param nextAt null: no slot is left */
    private record Firing(Schedule schedule, List<Instant> slots, Instant nextAt) {

        Move move(Set<UUID> fresh) {
            for (Instant slot : slots.reversed()) {
                UUID job = Schedule.jobId(schedule.id(), slot);
                if (fresh.contains(job)) {
                    return new Move(schedule.id(), nextAt, slot, job);
                }
            }
            return new Move(schedule.id(), nextAt, null, null);
        }
    }

    private static Firing firing(Schedule schedule, Instant now, int atMost) {
        try {
            Cron cron = schedule.wanted().parsed();
            List<Instant> slots = switch (schedule.wanted().missed()) {
                case ONCE -> List.of(cron.latest(schedule.nextAt(), now));
                case ALL -> slots(cron, Optional.of(schedule.nextAt()), now, atMost);
                case SKIP -> slots(cron, firstOfLate(cron, schedule.nextAt(), now), now, atMost);
            };
            Instant last = slots.isEmpty() ? now : slots.getLast();
            return new Firing(schedule, slots, cron.next(last).orElse(null));
        } catch (IllegalArgumentException | DateTimeException e) {
            LOG.errorf(e, "A schedule cannot be read and rests until it is put again; schedule=%s", schedule.id());
            return new Firing(schedule, List.of(), null);
        }
    }

    private static Optional<Instant> firstOfLate(Cron cron, Instant nextAt, Instant now) {
        Instant earliest = now.minus(LATEST_WITHOUT_CATCHING_UP);
        return nextAt.isBefore(earliest) ? cron.next(earliest.minusNanos(1)) : Optional.of(nextAt);
    }

    private static List<Instant> slots(Cron cron, Optional<Instant> first, Instant now, int atMost) {
        List<Instant> slots = new ArrayList<>();
        Optional<Instant> slot = first;
        while (slot.isPresent() && !slot.get().isAfter(now) && slots.size() < atMost) {
            slots.add(slot.get());
            slot = cron.next(slot.get());
        }
        return slots;
    }
}
