package io.throughline.platform.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.events.Topics;
import io.throughline.platform.events.OutboundEvent;
import io.throughline.platform.events.Outbox;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What every service's outbox must hold: nothing of a transaction that failed, everything else, in order per key. */
public abstract class OutboxSuite {

    /** A topic that no service consumes. */
    private static final String TOPIC = Topics.JOB_STATUS + ".dlq";

    private static final int WRITERS = 4;
    private static final int TRANSACTIONS = 60;

    @Inject
    Outbox outbox;

    @Inject
    Sql sql;

    @Test
    void publishesNothingOfATransactionThatFailed() {
        String key = Ids.next().toString();
        assertThatThrownBy(() -> sql.inTransaction(() -> {
                    outbox.publish(event(key, "lost"));
                    throw new IllegalStateException("rolled back on purpose");
                }))
                .hasStackTraceContaining("rolled back on purpose");
        outbox.publish(event(key, "kept"));

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(valuesOf(key)).containsExactly("\"kept\""));
    }

    /** The relay's session is ended at random while transactions of random size and duration write or fail. */
    @Test
    void keepsOrderPerKeyAndLosesNothingWhenTheRelayIsCutOff() throws ExecutionException, InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("OutboxSuite seed " + seed);
        Random random = new Random(seed);
        List<Callable<List<String>>> writers = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            String key = Ids.next().toString();
            long writerSeed = random.nextLong();
            keys.add(key);
            writers.add(() -> write(key, new Random(writerSeed)));
        }
        Map<String, List<String>> written = new java.util.HashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<List<String>>> running =
                    writers.stream().map(threads::submit).toList();
            while (running.stream().anyMatch(each -> !each.isDone())) {
                cutOffRelay();
            }
            for (int writer = 0; writer < WRITERS; writer++) {
                written.put(keys.get(writer), running.get(writer).get());
            }
        }
        Awaitility.await("everything written arrives in order, seed " + seed)
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> keys.forEach(
                        key -> assertThat(valuesOf(key).stream().distinct().toList())
                                .as("seed %d", seed)
                                .isEqualTo(written.get(key))));
    }

    private List<String> write(String key, Random random) {
        List<String> kept = new ArrayList<>();
        for (int transaction = 0; transaction < TRANSACTIONS; transaction++) {
            List<String> values = new ArrayList<>();
            int size = 1 + random.nextInt(5);
            for (int i = 0; i < size; i++) {
                values.add(transaction + "." + i);
            }
            boolean fails = random.nextInt(4) == 0;
            double seconds = random.nextInt(3) / 1000.0;
            try {
                sql.inTransaction(() -> {
                    outbox.publish(
                            values.stream().map(value -> event(key, value)).toList());
                    sql.list("SELECT pg_sleep(?)", row -> true, seconds);
                    if (fails) {
                        throw new IllegalStateException("rolled back on purpose");
                    }
                });
                values.forEach(value -> kept.add("\"" + value + "\""));
            } catch (RuntimeException e) {
                assertThat(fails).as("only the planned failures").isTrue();
            }
        }
        return kept;
    }

    private void cutOffRelay() {
        sql.list("""
                SELECT pg_terminate_backend(pid), pg_sleep(0.15) FROM pg_locks
                WHERE locktype = 'advisory' AND granted
                  AND classid = (hashtext('outbox')::bigint & 4294967295)::oid
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """, row -> true);
    }

    private static OutboundEvent event(String key, String value) {
        return OutboundEvent.of(TOPIC, key, "io.throughline.test", UUID.fromString(key), value);
    }

    /** By first arrival; a relay that was cut off may have published a batch twice. */
    private static List<String> valuesOf(String key) {
        return TestEvents.read(TOPIC, each -> key.equals(each.key())).stream()
                .map(ConsumerRecord::value)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .collect(Collectors.toList());
    }
}
