package io.throughline.jobs.queue;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many jobs of each type one worker runs and may run. */
final class Room {

    private final Map<String, Integer> sizes;
    private final Map<String, AtomicInteger> taken = new HashMap<>();
    /** Types that were full when more was wanted: there may be more to claim as soon as there is room. */
    private final Set<String> full = ConcurrentHashMap.newKeySet();

    /** @param sizes by type */
    Room(Map<String, Integer> sizes) {
        this.sizes = Map.copyOf(sizes);
        sizes.keySet().forEach(type -> taken.put(type, new AtomicInteger()));
    }

    Set<String> types() {
        return sizes.keySet();
    }

    /** Takes all that is free. How much; 0: the type is full. */
    int takeAll(String type) {
        int size = sizes.get(type);
        int free = size - taken.get(type).getAndUpdate(now -> Math.max(now, size));
        if (free <= 0) {
            full.add(type);
        }
        return Math.max(free, 0);
    }

    /** Of what {@link #takeAll} took. None: a claim filled it. */
    void giveBack(String type, int unused) {
        if (unused > 0) {
            full.remove(type);
            taken.get(type).addAndGet(-unused);
        } else {
            full.add(type);
        }
    }

    /** Takes one place, unless there are jobs that wait for it. */
    boolean takeOne(String type) {
        int size = sizes.getOrDefault(type, 0);
        if (size == 0 || full.contains(type)) {
            return false;
        }
        boolean free = taken.get(type).getAndUpdate(now -> Math.min(now + 1, Math.max(now, size))) < size;
        if (!free) {
            full.add(type);
        }
        return free;
    }

    /** One run is over, or did not come to be. Whether that is a reason to claim. */
    boolean leave(String type) {
        taken.get(type).decrementAndGet();
        return full.contains(type) && isWorthClaiming(type);
    }

    /** A quarter of the room at a time, where there is more to claim: claims of one job each would be the dearest. */
    boolean isWorthClaiming(String type) {
        int size = sizes.get(type);
        return !full.contains(type) || size - taken.get(type).get() >= (size + 3) / 4;
    }
}
