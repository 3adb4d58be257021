package io.throughline.local.supervision;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All services drain at the same time, so a stop takes as long as the slowest of them. */
record AllServices(List<ServiceProcess> services) implements AutoCloseable {

    @Override
    public void close() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            services.forEach(service -> threads.submit(service::close));
        }
    }
}
