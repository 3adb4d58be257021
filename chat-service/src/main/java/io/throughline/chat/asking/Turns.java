package io.throughline.chat.asking;

import io.throughline.platform.access.Caller;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The turns under way in this replica, and those that have just ended. The budgets bound how many. */
@Singleton
class Turns {

    private static final int MOST_ENDED = 500;

    private final Deque<UUID> ended = new ArrayDeque<>();
    private final Map<UUID, Turn> byMessage = new ConcurrentHashMap<>();
    private final Map<UUID, Integer> readers = new ConcurrentHashMap<>();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("chat turns").factory());
    private final AskingSettings settings;

    Turns(AskingSettings settings) {
        this.settings = settings;
    }

    /** Somebody who reads along; the last one to go leaves the turn {@code grace} to be found again. */
    final class Reader implements AutoCloseable {

        private final Turn turn;
        private final Duration grace;

        private Reader(Turn turn, Duration grace) {
            this.turn = turn;
            this.grace = grace;
        }

        @Override
        public void close() {
            boolean last =
                    readers.computeIfPresent(turn.messageId(), (id, count) -> count == 1 ? null : count - 1) == null;
            if (last && !turn.hasEnded()) {
                if (grace.isZero()) {
                    turn.cancel();
                } else {
                    later.schedule(() -> cancelUnread(turn), grace.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }
    }

    void add(Turn turn) {
        byMessage.put(turn.messageId(), turn);
    }

    /** Kept for a while, and no more than a few hundred: the replies are in the database. */
    synchronized void ended(Turn turn) {
        UUID message = turn.messageId();
        ended.addLast(message);
        if (ended.size() > MOST_ENDED) {
            byMessage.remove(ended.removeFirst());
        }
        later.schedule(() -> byMessage.remove(message), settings.stream().kept().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Empty when the caller has no such turn here and now. */
    Optional<Turn> find(Caller caller, UUID message) {
        return Optional.ofNullable(byMessage.get(message)).filter(turn -> turn.isOf(caller));
    }

    Reader read(Turn turn, Duration grace) {
        readers.merge(turn.messageId(), 1, Integer::sum);
        return new Reader(turn, grace);
    }

    private void cancelUnread(Turn turn) {
        if (!readers.containsKey(turn.messageId())) {
            turn.cancel();
        }
    }

    long underWay() {
        return byMessage.values().stream().filter(turn -> !turn.hasEnded()).count();
    }

    @PreDestroy
    void close() {
        later.shutdownNow();
    }
}
