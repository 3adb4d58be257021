package io.throughline.local.command;

import io.throughline.local.stack.StackFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "load", description = "Runs a load profile against the running suite.")
public final class Load implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "The profile.")
    private String name;

    @Override
    public Integer call() {
        throw new StackFailure("There is no load profile called " + name + ".", "./throughline bench journey");
    }
}
