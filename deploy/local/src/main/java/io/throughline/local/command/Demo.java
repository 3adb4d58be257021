package io.throughline.local.command;

import io.throughline.local.demo.ContactFile;
import io.throughline.local.demo.MainJob;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "demo", description = "The main job, from a file of contacts to a report, compared figure by figure.")
public final class Demo implements Callable<Integer> {

    @Mixin
    private DataOption option;

    @Option(names = "--file", paramLabel = "CSV", description = "Contacts to import (default: the sample data).")
    private Path file;

    @Override
    public Integer call() throws Exception {
        new MainJob(option.running(), ContactFile.of(file, DataOption.root())).run();
        return 0;
    }
}
