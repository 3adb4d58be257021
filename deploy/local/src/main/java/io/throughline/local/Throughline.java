package io.throughline.local;

import io.throughline.local.command.Bench;
import io.throughline.local.command.Demo;
import io.throughline.local.command.Down;
import io.throughline.local.command.Load;
import io.throughline.local.command.Logs;
import io.throughline.local.command.Status;
import io.throughline.local.command.Train;
import io.throughline.local.command.Up;
import io.throughline.local.stack.StackFailure;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What the bash script {@code throughline} runs once everything is built. */
@Command(
        name = "throughline",
        description = "Runs the suite on this machine.",
        subcommands = {Up.class, Down.class, Status.class, Logs.class, Demo.class, Load.class, Bench.class, Train.class
        })
public final class Throughline {

    /** Kept: the level of a logger that nobody refers to is lost. */
    private static final Logger ROOT = LogManager.getLogManager().getLogger("");

    private Throughline() {}

    public static void main(String[] arguments) {
        ROOT.setLevel(Level.SEVERE);
        System.exit(new CommandLine(new Throughline())
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    private static int explain(Exception failure) {
        if (failure instanceof StackFailure) {
            System.err.println("throughline: " + failure.getMessage());
        } else {
            System.err.println("throughline: something unforeseen happened; please report the lines below.");
            failure.printStackTrace();
        }
        return 1;
    }
}
