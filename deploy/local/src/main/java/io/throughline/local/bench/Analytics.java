package io.throughline.local.bench;

import io.throughline.local.bench.ReportLatency.Target;
import io.throughline.local.demo.Api;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;

/**
 * Events from Kafka to a visible report, and reports over few and many events; beside each figure the rate of a bare
 * PostgreSQL, Kafka client or query, measured in the same run on the same servers. Docs: {@code docs/performance.md}.
 */
public final class Analytics {

    private static final String SERVICE = "analytics-service";
    /** It reads the same topic and shares the processors, so it stands still meanwhile. */
    private static final String OTHER_READER = "enrollment-service";

    private static final long[] SMALLER = {1_000, 10_000, 100_000};
    private static final long ENOUGH_FOR_HEAP = 1_000_000;

    private final StackState stack;
    private final long count;
    private final long seed = System.nanoTime();
    private final Instant now = Instant.now();
    private final Api api;
    private final KeptConnection service;

    /** @param events of the instance that is measured end to end, at least 1,000 */
    public Analytics(StackState stack, long events) {
        if (events < SMALLER[0]) {
            throw new StackFailure("At least " + SMALLER[0] + " events are needed.", "./throughline bench analytics");
        }
        this.stack = stack;
        this.count = events;
        this.api = new Api(stack.gateway().url(), stack.apiKey());
        this.service = new KeptConnection(
                "http://127.0.0.1:" + stack.services().get(SERVICE).port(), stack.apiKey());
    }

    private record Instance(MeasuredInstance instance, DrawnEvents events) {}

    /** @param copies before and after */
    private record Ingested(EndToEnd.Fed fed, List<Duration> copies, Duration bareRead, double rawReportMillis) {

        double copiedPerSecond() {
            return 2 * EndToEnd.perSecond(fed.events(), copies.getFirst().plus(copies.getLast()));
        }

        double readPerSecond() {
            return EndToEnd.perSecond(fed.events(), bareRead);
        }
    }

    public void run() throws Exception {
        MarkdownTable table = new MarkdownTable("what", "measured", "bar");
        ServiceHeap heap;
        try (KeyedCopy copy = KeyedCopy.open(stack.postgres().jdbcUrl());
                EventFeed feed = new EventFeed(stack.kafka().bootstrapServers())) {
            table.row("cores", Integer.toString(Runtime.getRuntime().availableProcessors()))
                    .row(
                            "fsync, synchronous_commit",
                            copy.setting("fsync") + ", " + copy.setting("synchronous_commit"));
            EndToEnd endToEnd = new EndToEnd(api, feed);
            heap = heap(endToEnd);
            List<Instance> instances = new ArrayList<>();
            for (long size : LongStream.of(SMALLER).filter(size -> size < count).toArray()) {
                instances.add(drawn(size));
                EndToEnd.Fed fed = endToEnd.feed(
                        instances.getLast().instance(), instances.getLast().events());
                say("%,d events first, at %,.0f a second".formatted(size, fed.visiblePerSecond()));
            }
            instances.add(drawn(count));
            Ingested ingested = ingest(instances.getLast(), copy, endToEnd, heap);
            addIngested(table, ingested);
            addReports(table, instances, endToEnd, ingested.rawReportMillis());
        }
        if (count >= ENOUGH_FOR_HEAP) {
            table.row("alive in " + SERVICE + " after a full collection, every 500,000 events", heap.toString())
                    .row("the largest of these : the smallest", "%.2f".formatted(heap.spread()), "≤ 1.10");
        }
        System.out.println();
        System.out.print(table);
    }

    /**
     * Consumers hold the batch they took in last until the next one comes: a few events elsewhere, before each sample, keep
     * the size of that batch out of it.
     */
    private ServiceHeap heap(EndToEnd endToEnd) {
        long pid = stack.services().get(SERVICE).pid();
        return new ServiceHeap(() -> {
            Instance few = drawn(SMALLER[0]);
            endToEnd.feed(few.instance(), few.events());
            return ServiceHeap.histogramOf(pid);
        });
    }

    private Instance drawn(long size) {
        MeasuredInstance instance = MeasuredInstance.create(api);
        return new Instance(
                instance, new DrawnEvents(UUID.fromString(stack.tenant()), instance.id(), size, seed + size, now));
    }

    private Ingested ingest(Instance to, KeyedCopy copy, EndToEnd endToEnd, ServiceHeap heap) throws Exception {
        DrawnEvents events = to.events();
        try (BareConsumer consumer = new BareConsumer(stack.kafka().bootstrapServers())) {
            say("%,d events, seed %d: copied".formatted(count, events.seed()));
            Duration before = copy.copy(events);
            Map<TopicPartition, Long> offsets = consumer.ends();
            say("published and taken in");
            EndToEnd.Fed fed = endToEnd.feedStored(
                    to.instance(), events, heap::sample, new StoppedServices(stack, SERVICE, OTHER_READER), SERVICE);
            say("copied once more");
            Duration after = copy.copy(events);
            say("read from Kafka alone");
            Duration bareRead = consumer.read(offsets, events);
            say("reported from raw events");
            double rawReport = new RawReport(copy.connection(), events.instance()).millis();
            return new Ingested(fed, List.of(before, after), bareRead, rawReport);
        }
    }

    private void addIngested(MarkdownTable table, Ingested ingested) {
        EndToEnd.Fed fed = ingested.fed();
        table.row("producer alone, acks=all", rate(fed.publishedPerSecond()))
                .row(
                        "Kafka to visible report, %,d events in %.1f s"
                                .formatted(count, fed.visible().toMillis() / 1e3),
                        rate(fed.visiblePerSecond()))
                .row(
                        "keyed COPY, before / after",
                        rate(EndToEnd.perSecond(count, ingested.copies().getFirst())) + " / "
                                + rate(EndToEnd.perSecond(
                                        count, ingested.copies().getLast())))
                .row(
                        "Kafka to visible report : keyed COPY",
                        "%.2f".formatted(fed.visiblePerSecond() / ingested.copiedPerSecond()),
                        "≥ 0.25")
                .row("bare Kafka consumer that parses the JSON", rate(ingested.readPerSecond()))
                .row(
                        "Kafka to visible report : bare consumer",
                        "%.2f".formatted(fed.visiblePerSecond() / ingested.readPerSecond()));
    }

    private void addReports(MarkdownTable table, List<Instance> instances, EndToEnd endToEnd, double rawReportMillis) {
        say("reports read");
        ReportLatency latency =
                new ReportLatency(new KeptConnection(stack.gateway().url(), stack.apiKey()), service);
        ReportLatency.Measured measured = latency.of(instances.stream()
                .map(each -> new Target(each.instance(), () -> oneMore(endToEnd, each)))
                .toList());
        for (int number = 0; number < instances.size(); number++) {
            String size = "report of %,d events, "
                    .formatted(instances.get(number).events().count());
            table.row(
                            size + "cached, median / p99",
                            measured.cached().get(number).toString())
                    .row(
                            size + "not cached, median / p99",
                            measured.uncached().get(number).toString());
        }
        Latencies largest = measured.uncached().getLast();
        table.row(
                        "p99 of the largest : p99 of the smallest, cached",
                        "%.2f"
                                .formatted(measured.cached().getLast().p99()
                                        / measured.cached().getFirst().p99()),
                        "≤ 1.5")
                .row(
                        "the same, not cached",
                        "%.2f"
                                .formatted(largest.p99()
                                        / measured.uncached().getFirst().p99()),
                        "≤ 1.5")
                .row(
                        "report of the largest, not cached, without the gateway",
                        measured.direct().toString())
                .row(
                        "ready check of " + SERVICE
                                + " (%s the database), without the gateway"
                                        .formatted(latency.readyAsksTheDatabase() ? "asks" : "does not ask"),
                        measured.ready().toString())
                .row(
                        "report of the largest, not cached : ready check, medians",
                        "%.1f".formatted(largest.median() / measured.ready().median()),
                        "≤ 5")
                .row(
                        "the same, both without the gateway",
                        "%.1f"
                                .formatted(measured.direct().median()
                                        / measured.ready().median()))
                .row("five group-bys over the raw events of the largest", "%.0f ms".formatted(rawReportMillis))
                .row(
                        "five group-bys : report, not cached, median",
                        "%.0f".formatted(rawReportMillis / largest.median()));
    }

    /** A new event makes every cached report outdated. */
    private void oneMore(EndToEnd endToEnd, Instance to) {
        DrawnEvents one = new DrawnEvents(to.events().tenant(), to.events().instance(), 1, System.nanoTime(), now);
        try {
            endToEnd.feed(to.instance(), one);
        } catch (Exception failed) {
            throw new IllegalStateException("one more event was not taken in", failed);
        }
    }

    private static String rate(double perSecond) {
        return "%,.0f / s".formatted(perSecond);
    }

    private static void say(String step) {
        System.out.println("  " + step);
    }
}
