package io.throughline.local.bench;

import io.throughline.local.demo.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * People who enroll one contact after the other, all at the same time; each waits for the answer and then a moment, between
 * nothing and twice the pause. An answer other than a success ends the measurement.
 */
record Clients(Api api, String path, int count, Duration pause) {

    record Measured(Latencies latencies, double perSecond) {}

    /** Each contact by one of the clients. */
    Measured enroll(List<UUID> contacts) throws Exception {
        double[] millis = new double[contacts.size()];
        AtomicInteger next = new AtomicInteger();
        long began = System.nanoTime();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < count; client++) {
                running.add(clients.submit(() -> {
                    for (int number = next.getAndIncrement(); number < millis.length; number = next.getAndIncrement()) {
                        think();
                        long asked = System.nanoTime();
                        api.post(path, Map.of("contactId", contacts.get(number)));
                        millis[number] = Latencies.millisSince(asked);
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        return new Measured(new Latencies(millis), contacts.size() * 1e3 / Latencies.millisSince(began));
    }

    private void think() throws InterruptedException {
        if (!pause.isZero()) {
            Thread.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(2 * pause.toMillis())));
        }
    }
}
