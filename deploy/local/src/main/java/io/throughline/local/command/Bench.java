package io.throughline.local.command;

import io.throughline.local.bench.Journey;
import io.throughline.local.demo.ContactFile;
import io.throughline.local.stack.StackFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "bench", description = "Measures the running suite.")
public final class Bench implements Callable<Integer> {

    @Mixin
    private DataOption option;

    @Parameters(paramLabel = "NAME", description = "The measurement: journey.")
    private String name;

    @Override
    public Integer call() throws Exception {
        if (!name.equals("journey")) {
            throw new StackFailure("There is no measurement called " + name + ".", "./throughline bench journey");
        }
        new Journey(option.running(), ContactFile.of(null, DataOption.root())).run();
        return 0;
    }
}
