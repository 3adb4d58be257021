package io.throughline.local.command;

import io.throughline.local.bench.Analytics;
import io.throughline.local.bench.Chat;
import io.throughline.local.bench.Enrolling;
import io.throughline.local.bench.Imports;
import io.throughline.local.bench.JobLists;
import io.throughline.local.bench.Jobs;
import io.throughline.local.bench.Journey;
import io.throughline.local.demo.ContactFile;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "bench", description = "Measures the running suite.")
public final class Bench implements Callable<Integer> {

    @Mixin
    private DataOption option;

    @Parameters(paramLabel = "NAME", description = "The measurement: ${COMPLETION-CANDIDATES}.")
    private Measurement measurement;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "300000",
            description = "For analytics: events of the instance that is measured (default: ${DEFAULT-VALUE}).")
    private long events;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "50000",
            description = "For jobs: how many are burnt down (default: ${DEFAULT-VALUE}).")
    private int jobs;

    @Option(names = "--graphile", description = "For jobs: Graphile Worker, too; needs Node 20, and npm fetches it.")
    private boolean graphile;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description =
                    "For jobs-list: finished jobs of the large tenant (default: 1000000); for import: rows of the file "
                            + "(default: 10000); for enroll: contacts (default: 100000).")
    private Integer rows;

    @Option(
            names = "--think-millis",
            paramLabel = "N",
            defaultValue = "3500",
            description = "For chat: pause of a person between reply and question (default: ${DEFAULT-VALUE}).")
    private int thinkMillis;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "200",
            description = "For chat: calls to the model at once (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    enum Measurement {
        JOURNEY,
        ANALYTICS,
        JOBS,
        JOBS_LIST,
        CHAT,
        IMPORT,
        ENROLL;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Override
    public Integer call() throws Exception {
        switch (measurement) {
            case JOURNEY -> new Journey(option.running(), ContactFile.of(null, DataOption.root())).run();
            case JOBS -> new Jobs(option.running(), jobs, graphile).run();
            case JOBS_LIST -> new JobLists(option.running(), rowsOr(1_000_000)).run();
            case CHAT ->
                new Chat(DataOption.root(), option.current(), option.running(), thinkMillis, concurrency).run();
            case IMPORT -> new Imports(option.running(), rowsOr(10_000)).run();
            case ENROLL -> new Enrolling(option.running(), rowsOr(100_000)).run();
            case ANALYTICS -> new Analytics(option.running(), events).run();
        }
        return 0;
    }

    private int rowsOr(int usual) {
        return rows == null ? usual : rows;
    }
}
