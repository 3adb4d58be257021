package io.throughline.local.bench;

import io.throughline.local.stack.StackState;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Our queue beside db-scheduler and JobRunr on the same PostgreSQL, one after the other in one run: filling, burning down,
 * single jobs, and how soon a job begins. Docs: {@code docs/performance.md}.
 */
public final class Jobs {

    private static final String SCHEMA = KeyedCopy.SCHEMA;
    private static final int UNCOUNTED = 5;
    private static final int COUNTED = 3;
    private static final int SINGLE = 2_000;
    private static final int THREADS = 4;
    private static final int PACED = 2_000;
    private static final int PER_SECOND = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(240);

    private final StackState stack;
    private final int count;
    private final boolean graphile;

    /**
     * @param count of jobs that are burnt down
     * @param graphile whether Graphile Worker is measured, too
     */
    public Jobs(StackState stack, int count, boolean graphile) {
        this.stack = stack;
        this.count = count;
        this.graphile = graphile;
    }

    @FunctionalInterface
    private interface Opening {
        MeasuredQueue open() throws Exception;
    }

    /** @param bursts at least one that counts */
    private record Measured(List<Burst> bursts, double single, Latencies start) {

        double firstBurnDown() {
            return bursts.getFirst().burnDown();
        }

        double burnDown() {
            return median(warm(bursts), Burst::burnDown);
        }

        double bulk() {
            return median(warm(bursts), Burst::bulk);
        }
    }

    public void run() throws Exception {
        // JobRunr tells of every poll.
        Logger.getLogger("org.jobrunr").setLevel(Level.WARNING);
        Logger.getLogger("com.github.kagkarlsson").setLevel(Level.WARNING);
        String url = stack.postgres().jdbcUrl();
        Measured dbScheduler = inScratch("db-scheduler", () -> new DbScheduler(url, SCHEMA));
        Measured ours = measured("ours", () -> new OurQueue(stack));
        List<Burst> ofGraphile = graphile ? graphile(url) : List.of();
        Measured jobRunr = inScratch("JobRunr", () -> new JobRunrQueue(url, SCHEMA));
        double byKafka = byKafka();
        System.out.println();
        System.out.print(new MarkdownTable("what", "ours", "db-scheduler", "JobRunr", "ratios", "bars")
                .row(
                        "burn-down of " + count + ", the first",
                        rate(ours.firstBurnDown()),
                        rate(dbScheduler.firstBurnDown()),
                        rate(jobRunr.firstBurnDown()),
                        ratios(ours.firstBurnDown(), dbScheduler.firstBurnDown(), jobRunr.firstBurnDown()),
                        "≥ 5.5, ≥ 20")
                .row(
                        "burn-down of " + count + ", warm",
                        rate(ours.burnDown()),
                        rate(dbScheduler.burnDown()),
                        rate(jobRunr.burnDown()),
                        ratios(ours.burnDown(), dbScheduler.burnDown(), jobRunr.burnDown()),
                        "≥ 5.5, ≥ 20")
                .row(
                        "put in, " + count + " at once, warm",
                        rate(ours.bulk()),
                        rate(dbScheduler.bulk()),
                        rate(jobRunr.bulk()),
                        ratios(ours.bulk(), dbScheduler.bulk(), jobRunr.bulk()),
                        "≥ 1.5")
                .row("put in, " + count + " messages on Kafka", rate(byKafka), "", "", "")
                .row(
                        "put in one by one, from " + THREADS + " threads",
                        rate(ours.single()),
                        rate(dbScheduler.single()),
                        rate(jobRunr.single()),
                        ratios(ours.single(), dbScheduler.single(), jobRunr.single()))
                .row(
                        "start at " + PER_SECOND + " a second, median / p99",
                        ours.start().toString(),
                        dbScheduler.start().toString(),
                        jobRunr.start().toString(),
                        "p99 : db-scheduler's %.2f"
                                .formatted(
                                        ours.start().p99() / dbScheduler.start().p99()),
                        "median ≤ 3 ms, p99 ≤ 0.25"));
        if (graphile) {
            System.out.println();
            System.out.print(comparison(ours, ofGraphile));
        }
    }

    private MarkdownTable comparison(Measured ours, List<Burst> others) {
        double first = others.getFirst().burnDown();
        double burnDown = median(warm(others), Burst::burnDown);
        double bulk = median(warm(others), Burst::bulk);
        return new MarkdownTable("what", "ours", "Graphile Worker", "ratio")
                .row(
                        "burn-down of " + count + ", the first",
                        rate(ours.firstBurnDown()),
                        rate(first),
                        "%.1f".formatted(ours.firstBurnDown() / first))
                .row(
                        "burn-down of " + count + ", warm",
                        rate(ours.burnDown()),
                        rate(burnDown),
                        "%.1f".formatted(ours.burnDown() / burnDown))
                .row(
                        "burn-down of " + count + ", the fastest",
                        rate(best(ours.bursts())),
                        rate(best(others)),
                        "%.1f".formatted(best(ours.bursts()) / best(others)))
                .row(
                        "put in, " + count + " at once, warm",
                        rate(ours.bulk()),
                        rate(bulk),
                        "%.1f".formatted(ours.bulk() / bulk));
    }

    private List<Burst> graphile(String url) throws Exception {
        try {
            List<Burst> bursts = GraphileWorker.measured(url, count, UNCOUNTED + COUNTED);
            for (int burst = 1; burst <= bursts.size(); burst++) {
                say("Graphile Worker", bursts.subList(0, burst));
            }
            return bursts;
        } finally {
            execute("DROP SCHEMA IF EXISTS graphile_worker CASCADE");
        }
    }

    private Measured inScratch(String name, Opening opening) throws Exception {
        return measured(name, () -> {
            execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE; CREATE SCHEMA " + SCHEMA);
            return opening.open();
        });
    }

    /** Jobs a second. */
    record Burst(double bulk, double burnDown) {}

    private static List<Burst> warm(List<Burst> bursts) {
        return bursts.subList(UNCOUNTED, bursts.size());
    }

    /**
     * What runs for the first time is compiled while it runs: the first burst is shown by itself, those that follow do not
     * count, and of the last ones each figure is the median.
     */
    private Measured measured(String name, Opening opening) throws Exception {
        try {
            List<Burst> bursts = new ArrayList<>();
            while (bursts.size() < UNCOUNTED + COUNTED) {
                try (MeasuredQueue queue = opening.open()) {
                    double bulk = EndToEnd.perSecond(count, queue.enqueueAll(count));
                    bursts.add(new Burst(bulk, queue.burnDown(count, PATIENCE)));
                }
                say(name, bursts);
            }
            return singly(name, bursts, opening);
        } finally {
            execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
        }
    }

    private static double best(List<Burst> bursts) {
        return bursts.stream().mapToDouble(Burst::burnDown).max().orElseThrow();
    }

    private static double median(List<Burst> bursts, ToDoubleFunction<Burst> figure) {
        return bursts.stream()
                .mapToDouble(figure)
                .sorted()
                .skip(bursts.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private Measured singly(String name, List<Burst> bursts, Opening opening) throws Exception {
        try (MeasuredQueue queue = opening.open()) {
            queue.burnDown(0, PATIENCE); // which starts it
            say(name + ": one by one");
            double single = EndToEnd.perSecond(SINGLE, oneByOne(queue));
            queue.startLatencies(SINGLE);
            say(name + ": at a steady pace");
            paced(queue);
            return new Measured(bursts, single, queue.startLatencies(PACED));
        }
    }

    private double byKafka() throws Exception {
        say("ours: put in through Kafka");
        try (OurQueue queue = new OurQueue(stack)) {
            double perSecond = EndToEnd.perSecond(count, queue.enqueueAllByKafka(count));
            queue.burnDown(count, PATIENCE);
            return perSecond;
        }
    }

    private static void say(String name, List<Burst> bursts) {
        say("%s: put in at %s, burnt down at %s, %d of %d"
                .formatted(
                        name,
                        rate(bursts.getLast().bulk()),
                        rate(bursts.getLast().burnDown()),
                        bursts.size(),
                        UNCOUNTED + COUNTED));
    }

    private static void say(String step) {
        System.out.println("  " + step);
    }

    private static Duration oneByOne(MeasuredQueue queue) throws Exception {
        long began = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                all.add(threads.submit((Callable<Void>) () -> {
                    for (int number = 0; number < SINGLE / THREADS; number++) {
                        queue.enqueue();
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static void paced(MeasuredQueue queue) throws Exception {
        long began = System.nanoTime();
        for (int number = 0; number < PACED; number++) {
            long early = began + number * 1_000_000_000L / PER_SECOND - System.nanoTime();
            if (early > 0) {
                Thread.sleep(Duration.ofNanos(early));
            }
            queue.enqueue();
        }
    }

    private void execute(String sql) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection(stack.postgres().jdbcUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String rate(double perSecond) {
        return "%,.0f / s".formatted(perSecond);
    }

    private static String ratios(double ours, double dbScheduler, double jobRunr) {
        return "%.1f, %.1f".formatted(ours / dbScheduler, ours / jobRunr);
    }
}
