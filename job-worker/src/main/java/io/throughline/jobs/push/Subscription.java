package io.throughline.jobs.push;

import io.throughline.jobs.push.Position.Snapshot;
import io.throughline.platform.access.Caller;
import java.util.Set;
import java.util.UUID;

/**
 * What a client that was let in is to get.
 *
 * @param jobId null: of all jobs
 * @param types of messages; empty: all
 * @param from what it has already
 */
record Subscription(Caller caller, UUID jobId, Set<String> types, Start from) {

    /**
     * @param after everything up to here is known to the client
     * @param seen what was committed when it asked: not new to it either
     * @param lastId the event it named, which must still be kept; null: it named none
     * @param lostId the event it named, when that is kept no more
     */
    record Start(Position after, Snapshot seen, Long lastId, Long lostId) {}

    boolean wants(Moved event) {
        return event.tenantId().equals(caller.tenantId())
                && (jobId == null || jobId.equals(event.jobId()))
                && (types.isEmpty() || types.contains(event.type()));
    }
}
