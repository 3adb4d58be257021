package io.throughline.jobs.queue;

import io.throughline.jobs.queue.Leases.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * How far a worker's claims have got in queues that are longer than its room. Index entries of jobs that ended stay in front
 * of a queue until they can be taken away, which a report, a backup or an ANALYZE that runs delays for all tables; claims
 * that each read past them become slower with every job done. So the next claim begins where the last one ended, for a while:
 * ten times as long as the claim from the beginning took, and two seconds at most. Used by one thread.
 */
final class Sweep {

    /** As long as a more urgent job waits at most because of this, where reading from the beginning costs next to nothing. */
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private static final int TIMES_THE_FIRST = 10;

    /** What a dead worker left behind has waited long already. A claim that had to wait for a lock says nothing of the queue. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** The last job claimed of a tenant's queue. */
    record Place(String type, UUID tenantId, int priority, Instant runAt, UUID id) {}

    private record Queue(UUID tenantId, int priority) {}

    private record Round(long until, Map<Queue, Place> places) {}

    private final Map<String, Round> rounds = new HashMap<>();

    /** Where to go on; of types that are not in it, at the beginning. */
    List<Place> places(Collection<String> types) {
        long now = System.nanoTime();
        rounds.values().removeIf(round -> round.until() - now < 0);
        return types.stream()
                .filter(rounds::containsKey)
                .flatMap(type -> rounds.get(type).places().values().stream())
                .toList();
    }

    /**
     * @param free asked for, by type
     * @param claims in their order
     * @return types of which there may be more at the beginning
     */
    Set<String> claimed(Map<String, Integer> free, List<Claim> claims, Duration took) {
        Map<String, Integer> counts = new HashMap<>();
        claims.forEach(claim -> counts.merge(claim.type(), 1, Integer::sum));
        Set<String> again = new HashSet<>();
        free.forEach((type, room) -> {
            if (counts.getOrDefault(type, 0) >= room) {
                rounds.computeIfAbsent(type, any -> new Round(end(took), new HashMap<>()));
            } else if (rounds.remove(type) != null) {
                again.add(type);
            }
        });
        for (Claim claim : claims) {
            Round round = rounds.get(claim.type());
            if (round != null) {
                round.places()
                        .put(
                                new Queue(claim.tenantId(), claim.priority()),
                                new Place(
                                        claim.type(),
                                        claim.tenantId(),
                                        claim.priority(),
                                        claim.runAt(),
                                        claim.jobId()));
            }
        }
        return again;
    }

    private static long end(Duration took) {
        return System.nanoTime() + length(took).toNanos();
    }

    /** @param took what the claim from the beginning took */
    static Duration length(Duration took) {
        Duration length = took.multipliedBy(TIMES_THE_FIRST);
        if (length.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return length.compareTo(LONGEST) > 0 ? LONGEST : length;
    }
}
