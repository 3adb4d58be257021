package io.throughline.jobs.queue;

import jakarta.inject.Singleton;
import java.util.Optional;

/** The worker of this replica, if it has one, for those that its handlers depend on. */
@Singleton
class LocalWorker {

    private volatile Worker worker;

    /** @param worker null: it takes nothing more */
    void is(Worker worker) {
        this.worker = worker;
    }

    Optional<Worker> get() {
        return Optional.ofNullable(worker);
    }
}
