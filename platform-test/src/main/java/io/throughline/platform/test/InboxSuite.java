package io.throughline.platform.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Inbox;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every service's inbox must hold: an event is admitted once, whoever redelivers it and whatever crashes. */
public abstract class InboxSuite {

    private static final int EVENTS = 200;
    private static final int TAKERS = 4;

    @Inject
    Inbox inbox;

    @Inject
    Sql sql;

    @Test
    void admitsEachEventOnceUnderRedeliveryAndRollback() throws ExecutionException, InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("InboxSuite seed " + seed);
        Random random = new Random(seed);
        String consumer = "suite-" + Ids.next();
        UUID tenant = Ids.next();
        List<InboundEvent> events = IntStream.range(0, EVENTS)
                .mapToObj(i -> new InboundEvent("event-" + i, "test", "test", tenant, null, new byte[0], null))
                .toList();
        ConcurrentLinkedQueue<String> admitted = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(TAKERS)) {
            List<Future<?>> takers = new ArrayList<>();
            for (int taker = 0; taker < TAKERS; taker++) {
                long takerSeed = random.nextLong();
                takers.add(threads.submit(() -> take(consumer, events, new Random(takerSeed), admitted)));
            }
            for (Future<?> taker : takers) {
                taker.get();
            }
        }
        // Whatever was rolled back by everybody comes again, as Kafka would deliver it.
        admitted.addAll(sql.inTransaction(() -> inbox.admit(consumer, events)));

        assertThat(admitted)
                .as("seed %d", seed)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(InboundEvent::id).toList());
    }

    private void take(
            String consumer, List<InboundEvent> events, Random random, ConcurrentLinkedQueue<String> admitted) {
        for (int delivery = 0; delivery < 30; delivery++) {
            List<InboundEvent> batch = new ArrayList<>();
            int size = 1 + random.nextInt(40);
            for (int i = 0; i < size; i++) {
                batch.add(events.get(random.nextInt(EVENTS)));
            }
            boolean crashes = random.nextInt(3) == 0;
            try {
                Set<String> fresh = sql.inTransaction(() -> {
                    Set<String> first = inbox.admit(consumer, batch);
                    if (crashes) {
                        throw new IllegalStateException("crash before commit, on purpose");
                    }
                    return first;
                });
                admitted.addAll(fresh);
            } catch (RuntimeException e) {
                assertThat(crashes).as("only the planned crashes").isTrue();
            }
        }
    }
}
