package io.throughline.chat.conversation;

import io.agroal.api.AgroalPoolInterceptor;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the statements of requests and turns: outside a transaction each takes a connection of its own. */
@Singleton
public class Acquisitions implements AgroalPoolInterceptor {

    public static final AtomicInteger COUNT = new AtomicInteger();

    @Override
    public void onConnectionAcquire(Connection connection) {
        String thread = Thread.currentThread().getName();
        if (thread.equals("chat turn") || thread.startsWith("quarkus-virtual-thread")) {
            COUNT.incrementAndGet();
        }
    }
}
