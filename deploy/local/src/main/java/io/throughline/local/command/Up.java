package io.throughline.local.command;

import io.throughline.local.supervision.Options;
import io.throughline.local.supervision.Supervisor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "up", description = "Starts everything; on an empty store runs the demo.")
public final class Up implements Callable<Integer> {

    @Mixin
    private DataOption data;

    @Option(names = "--detach", description = "Return when every service is ready; the suite goes on.")
    private boolean detach;

    @Option(names = "--fresh", description = "Wipe the data directory first.")
    private boolean fresh;

    @Option(names = "--empty", description = "Do not run the demo on an empty store.")
    private boolean empty;

    @Option(names = "--port", description = "Port of the gateway (default: ${DEFAULT-VALUE}).", defaultValue = "8080")
    private int port;

    @Option(names = "--background", hidden = true, description = "Set by --detach for the process it starts.")
    private boolean background;

    @Override
    public Integer call() throws Exception {
        Options options =
                new Options(DataOption.root(), data.chosen(), port, fresh, !empty, background, System.getenv());
        data.remember();
        if (detach) {
            return Detached.start(options);
        }
        new Supervisor(options).run();
        return 0;
    }
}
