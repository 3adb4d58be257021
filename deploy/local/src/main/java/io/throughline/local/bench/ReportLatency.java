package io.throughline.local.bench;

import io.throughline.local.stack.StackFailure;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The report of several instances through the gateway, over one connection. Their requests take turns, so that whatever
 * else the machine does meets all of them alike.
 */
final class ReportLatency {

    private static final int WARM_UP = 200;
    private static final int REQUESTS = 500;
    /** Periods longer than the ten days of the events: every answer has the same rows. */
    private static final int FIRST_PERIOD = 31;

    private static final int PERIODS = 250;

    private final KeptConnection gateway;
    private final KeptConnection service;

    ReportLatency(KeptConnection gateway, KeptConnection service) {
        this.gateway = gateway;
        this.service = service;
    }

    /** @param outdate makes every cached report of the instance outdated */
    record Target(MeasuredInstance instance, Runnable outdate) {}

    /** One of {@code cached} and {@code uncached} per target, in order. @param ready the service's ready check */
    record Measured(List<Latencies> cached, List<Latencies> uncached, Latencies ready) {}

    Measured of(List<Target> targets) {
        List<Latencies> cached = inTurns(targets, true);
        List<Latencies> uncached = inTurns(targets, false);
        Latencies.of(WARM_UP, number -> ready());
        return new Measured(cached, uncached, Latencies.of(REQUESTS, number -> ready()));
    }

    private List<Latencies> inTurns(List<Target> targets, boolean cached) {
        int astray = 0;
        double[][] millis = new double[targets.size()][REQUESTS];
        for (int number = -WARM_UP; number < REQUESTS; number++) {
            if (!cached && (number == -WARM_UP || number >= 0 && number % PERIODS == 0)) {
                targets.forEach(target -> target.outdate().run());
            }
            for (int target = 0; target < targets.size(); target++) {
                long began = System.nanoTime();
                String report = gateway.get(targets.get(target).instance().report(days(number, cached)));
                if (number >= 0) {
                    millis[target][number] = Latencies.millisSince(began);
                    astray += report.contains("\"cached\":" + cached) ? 0 : 1;
                }
            }
        }
        refuse(astray, REQUESTS * targets.size());
        return IntStream.range(0, targets.size())
                .mapToObj(target -> new Latencies(millis[target]))
                .toList();
    }

    private static int days(int number, boolean cached) {
        return cached ? FIRST_PERIOD : FIRST_PERIOD + Math.floorMod(number, PERIODS);
    }

    /** A busy machine lets Redis miss its time limit now and then; more than one in a hundred is another measurement. */
    private static void refuse(int astray, int requests) {
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
