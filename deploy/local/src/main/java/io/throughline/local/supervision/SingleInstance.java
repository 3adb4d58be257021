package io.throughline.local.supervision;

import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.Ports;
import io.throughline.local.stack.Service;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;

/**
 * The right to use a data directory. A file lock, which the operating system takes back whatever happens to us, so it
 * can never be stale.
 */
final class SingleInstance implements AutoCloseable {

    private static final String LOCK = "supervisor.lock";

    private final Options options;
    private final DataDirectory data;
    private final FileChannel channel;

    private SingleInstance(Options options, DataDirectory data, FileChannel channel) {
        this.options = options;
        this.data = data;
        this.channel = channel;
    }

    static SingleInstance claim(Options options) throws IOException {
        DataDirectory data = new DataDirectory(options.data());
        data.state().filter(StackState::isRunning).ifPresent(SingleInstance::refuse);
        requirePort(options.port());
        if (options.fresh()) {
            Leftovers.clear(data);
            data.wipe();
        }
        DataDirectory.open(options.data());
        FileChannel channel =
                FileChannel.open(data.path().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new StackFailure(
                    "Another ./throughline up is just starting on " + data.path() + ".", "./throughline status");
        }
        return new SingleInstance(options, data, channel);
    }

    private static void requirePort(int port) {
        if (!Ports.isFree(port)) {
            throw new StackFailure(
                    "Port " + port + " on 127.0.0.1 is taken by another program.",
                    "./throughline up --port " + (port + 1));
        }
    }

    private static void refuse(StackState state) {
        throw new StackFailure(
                "Throughline already runs at " + state.gateway().url() + " (process "
                        + state.supervisor().pid() + ").",
                "./throughline status, or ./throughline down to end it");
    }

    /** Ends what a killed supervisor left, and checks what a start needs. */
    void prepare() {
        Leftovers.clear(data)
                .forEach(name -> System.out.println("  ended " + name + ", left by a supervisor that was killed"));
        for (Service service : Service.values()) {
            if (!ServiceCommand.isBuilt(options.root(), service)) {
                throw new StackFailure(service.title() + " has not been built.", "./throughline up, which builds it");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
