package io.throughline.local.bench;

import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.util.List;

/**
 * Services that stand still (SIGSTOP) until they go on or this is closed. Not for longer than the broker waits for a
 * consumer, 10 s.
 */
final class StoppedServices implements AutoCloseable {

    private final StackState stack;
    private final List<String> services;

    StoppedServices(StackState stack, String... services) {
        this.stack = stack;
        this.services = List.of(services);
    }

    void stop() {
        services.forEach(service -> signal("-STOP", service));
    }

    void goOn(String service) {
        signal("-CONT", service);
    }

    @Override
    public void close() {
        services.forEach(this::goOn);
    }

    private void signal(String signal, String service) {
        String pid = Long.toString(stack.services().get(service).pid());
        try {
            if (new ProcessBuilder("kill", signal, pid).start().waitFor() != 0) {
                throw new StackFailure(service + " could not be sent " + signal + ".", "./throughline status");
            }
        } catch (IOException absent) {
            throw new StackFailure("There is no command kill: " + absent.getMessage(), "./throughline bench journey");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
