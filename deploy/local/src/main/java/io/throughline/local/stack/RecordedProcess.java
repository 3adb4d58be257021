package io.throughline.local.stack;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process we started, as written to the state file.
 *
 * @param startedAt epoch milliseconds by the operating system; tells our process from a later one with the same pid
 */
public record RecordedProcess(String name, long pid, long startedAt) {

    /** Linux derives start times from ticks of 10 ms and a boot time in whole seconds. */
    private static final long TOLERANCE_MILLIS = 2_000;

    public static RecordedProcess of(String name, ProcessHandle process) {
        long startedAt = process.info()
                .startInstant()
                .map(instant -> instant.toEpochMilli())
                .orElse(0L);
        return new RecordedProcess(name, process.pid(), startedAt);
    }

    /** Empty when it has ended, also when its pid belongs to somebody else by now. */
    public Optional<ProcessHandle> running() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isSame);
    }

    private boolean isSame(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(instant -> Math.abs(instant.toEpochMilli() - startedAt) <= TOLERANCE_MILLIS)
                .orElse(false);
    }

    /** Asks it to end, insists after the given time, and returns when it is gone. */
    public void end(Duration patience) {
        running().ifPresent(process -> end(process, patience));
    }

    private static void end(ProcessHandle process, Duration patience) {
        process.destroy();
        if (!ended(process, patience)) {
            process.destroyForcibly();
            ended(process, Duration.ofSeconds(5));
        }
    }

    /** SIGINT, which PostgreSQL reads as a fast shutdown: clients are dropped, everything is on disk. */
    public void interrupt(Duration patience) {
        running().ifPresent(process -> {
            try {
                new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor();
            } catch (IOException absent) {
                process.destroy();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            if (!ended(process, patience)) {
                process.destroyForcibly();
            }
        });
    }

    private static boolean ended(ProcessHandle process, Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException stillThere) {
            return !process.isAlive();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
