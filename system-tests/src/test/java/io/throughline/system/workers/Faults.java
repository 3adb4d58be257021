package io.throughline.system.workers;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Kills and freezes by chance, of workers that have something in hand. One replica at least is left alone at any time, and
 * one that holds a job which has lost two workers in a row is spared: a third would be one too many for that job, by design.
 */
final class Faults {

    /** @param at by the database's clock, just before */
    record Fault(String process, boolean frozen, Instant at) {}

    private final Fleet fleet;
    private final Random random;
    private final List<Fault> struck = new ArrayList<>();
    private final List<Boolean> kinds = new ArrayList<>();
    private final List<CompletableFuture<?>> wakings = new ArrayList<>();

    Faults(Fleet fleet, Random random) {
        this.fleet = fleet;
        this.random = random;
    }

    List<Fault> struck() {
        return struck;
    }

    /** A run that was cut off, and how long it took until its job was claimed again or ended; null: that never came. */
    record Cut(UUID job, long fence, Duration pause) {}

    List<Cut> cuts() {
        List<Cut> cuts = new ArrayList<>();
        for (Fault fault : struck) {
            fleet.history()
                    .stranded(fault.process(), fault.at())
                    .forEach(run -> cuts.add(new Cut(
                            run.job(),
                            run.fence(),
                            run.goesOn() == null ? null : Duration.between(fault.at(), run.goesOn()))));
        }
        return cuts;
    }

    /** As many kills as freezes, in an order of their own. */
    private boolean nextFreezes() {
        if (kinds.isEmpty()) {
            kinds.addAll(List.of(true, true, true, false, false, false));
            Collections.shuffle(kinds, random);
        }
        return kinds.removeLast();
    }

    void strike() throws Exception {
        List<Replica> chosen = new ArrayList<>();
        Fleet.patiently("a worker to strike").until(() -> {
            List<Replica> ready =
                    fleet.replicas().stream().filter(Replica::ready).toList();
            List<String> spared = fleet.history().heldForTheLastTime();
            chosen.clear();
            if (ready.size() > 1) {
                ready.stream()
                        .filter(replica -> !spared.contains(replica.process()))
                        .filter(replica -> fleet.history().heldBy(replica.process()) > 0)
                        .forEach(chosen::add);
            }
            return !chosen.isEmpty();
        });
        strike(chosen.get(random.nextInt(chosen.size())), nextFreezes());
    }

    private void strike(Replica victim, boolean freeze) throws Exception {
        struck.add(new Fault(victim.process(), freeze, fleet.history().now()));
        if (freeze) {
            victim.freeze();
            Duration pause = Fleet.LEASE.plusMillis(1_000 + random.nextInt(2_000));
            wakings.add(CompletableFuture.runAsync(
                    victim::wake, CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)));
        } else {
            victim.kill();
            victim.start();
        }
    }

    /** Until everybody is up and awake. */
    void end() {
        wakings.forEach(CompletableFuture::join);
        fleet.awaitAllReady();
    }
}
