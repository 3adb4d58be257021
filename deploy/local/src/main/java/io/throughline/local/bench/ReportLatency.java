package io.throughline.local.bench;

import io.throughline.local.stack.StackFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * The report of several instances through the gateway, over one connection. Their requests take turns, so that whatever
 * else the machine does meets all of them alike.
 */
final class ReportLatency {

    private static final int WARM_UP = 200;
    private static final int REQUESTS = 500;
    /** Periods longer than the ten days of the events: every answer has the same rows. */
    private static final int FIRST_PERIOD = 31;

    /** Twice as many fit into a year: one half for requests at the gateway, one for requests at the service. */
    private static final int PERIODS = 160;

    private final KeptConnection gateway;
    private final KeptConnection service;
    private int astray;

    ReportLatency(KeptConnection gateway, KeptConnection service) {
        this.gateway = gateway;
        this.service = service;
    }

    /** @param outdate makes every cached report of the instance outdated */
    record Target(MeasuredInstance instance, Runnable outdate) {}

    /**
     * @param cached one per target, in order
     * @param uncached one per target, in order
     * @param direct the last target's report, not cached, without the gateway
     * @param ready the service's ready check, without the gateway
     */
    record Measured(List<Latencies> cached, List<Latencies> uncached, Latencies direct, Latencies ready) {}

    Measured of(List<Target> targets) {
        List<Latencies> cached = inTurns(number -> {}, cachedReads(targets));
        List<IntConsumer> reads = new ArrayList<>(uncachedReads(targets));
        reads.add(number ->
                read(service, targets.getLast().instance().report(FIRST_PERIOD + PERIODS + shift(number)), false));
        reads.add(number -> ready());
        List<Latencies> uncached = inTurns(number -> outdate(targets, number), reads);
        refuseAstray(2 * targets.size() + 1);
        return new Measured(
                cached, uncached.subList(0, targets.size()), uncached.get(targets.size()), uncached.getLast());
    }

    private List<IntConsumer> cachedReads(List<Target> targets) {
        return targets.stream()
                .<IntConsumer>map(
                        target -> number -> read(gateway, target.instance().report(FIRST_PERIOD), number > 0))
                .toList();
    }

    private List<IntConsumer> uncachedReads(List<Target> targets) {
        return targets.stream()
                .<IntConsumer>map(target ->
                        number -> read(gateway, target.instance().report(FIRST_PERIOD + shift(number)), false))
                .toList();
    }

    private static int shift(int number) {
        return number % PERIODS;
    }

    /** When every period has been asked for, nothing would be computed any more. */
    private static void outdate(List<Target> targets, int number) {
        if (shift(number) == 0) {
            targets.forEach(target -> target.outdate().run());
        }
    }

    /** @param before each turn, not measured */
    private static List<Latencies> inTurns(IntConsumer before, List<IntConsumer> calls) {
        double[][] millis = new double[calls.size()][REQUESTS];
        for (int number = 0; number < WARM_UP + REQUESTS; number++) {
            before.accept(number);
            for (int turn = 0; turn < calls.size(); turn++) {
                // Nobody is always the first or behind the same neighbour.
                int call = (number + turn) % calls.size();
                long began = System.nanoTime();
                calls.get(call).accept(number);
                if (number >= WARM_UP) {
                    millis[call][number - WARM_UP] = Latencies.millisSince(began);
                }
            }
        }
        return Arrays.stream(millis).map(Latencies::new).toList();
    }

    private void read(KeptConnection connection, String path, boolean cached) {
        if (!connection.get(path).contains("\"cached\":" + cached)) {
            astray++;
        }
    }

    /** A busy machine lets Redis miss its time limit now and then; more than one in a hundred is another measurement. */
    private void refuseAstray(int reads) {
        int requests = reads * (WARM_UP + REQUESTS);
        if (astray * 100 > requests) {
            throw new StackFailure(
                    "%d of %d reports came from the cache and should not have, or the other way round."
                            .formatted(astray, requests),
                    "run it again while nothing else uses the suite; ./throughline logs redis");
        }
    }

    /** Whether the check that {@link Measured#ready} is about reads the database. */
    boolean readyAsksTheDatabase() {
        return ready().toLowerCase(Locale.ROOT).contains("database");
    }

    private String ready() {
        return service.get("/q/health/ready");
    }
}
