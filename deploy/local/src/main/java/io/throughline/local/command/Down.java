package io.throughline.local.command;

import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.StackState;
import io.throughline.local.supervision.Leftovers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "down", description = "Drains the services and stops everything; data is kept.")
public final class Down implements Callable<Integer> {

    /** Services drain for 20 s, then the broker and the database stop. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Mixin
    private DataOption option;

    @Override
    public Integer call() {
        DataDirectory data = option.current();
        Optional<StackState> running = data.state().filter(StackState::isRunning);
        running.ifPresent(state -> {
            System.out.println("Stopping " + state.gateway().url() + " …");
            state.supervisor().end(PATIENCE);
        });
        List<String> left = Leftovers.clear(data);
        left.forEach(name -> System.out.println("  ended " + name + ", left by a supervisor that was killed"));
        boolean nothing = running.isEmpty() && left.isEmpty();
        System.out.println(
                nothing ? "Throughline does not run: nothing to stop." : "Stopped. Data is kept in " + data.path());
        return 0;
    }
}
