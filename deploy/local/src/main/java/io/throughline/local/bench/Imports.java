package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.demo.Api;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Files of contacts through the gateway, from the request to {@code completed}, beside one COPY of the same rows into a table
 * with the same indexes. Docs: {@code docs/performance.md}.
 */
public final class Imports {

    private static final int WARM_UP_ROWS = 10_000;
    /** Files up to this are imported several times. */
    private static final int SMALL = 100_000;

    private static final int REPEATS = 5;
    private static final int ENOUGH_FOR_HEAP = 1_000_000;
    private static final int HEAP_SAMPLES = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final List<String> SERVICES = List.of("job-worker", "enrollment-service");
    private static final String MAPPING =
            "{\"Email\":\"email\",\"First Name\":\"firstName\",\"Last Name\":\"lastName\","
                    + "\"Company\":\"company\",\"Country\":\"attributes.country\"}";

    private final StackState stack;
    private final int rows;
    private long seed = System.nanoTime();

    /** @param rows of the file that is measured */
    public Imports(StackState stack, int rows) {
        if (rows < 1) {
            throw new StackFailure("A file has at least one row.", "./throughline bench import");
        }
        this.stack = stack;
        this.rows = rows;
    }

    public void run() throws Exception {
        Api admin = new Api(stack.gateway().url(), stack.apiKey());
        Tenant tenant = Tenant.create(admin, "bench of imports");
        Api api = tenant.at(stack.gateway().url());
        MarkdownTable table = new MarkdownTable("what", "measured", "bar");
        try (BareTable bare = BareTable.like(stack.postgres().jdbcUrl(), "contact", tenant.id())) {
            table.row("cores", Integer.toString(Runtime.getRuntime().availableProcessors()))
                    .row(
                            "fsync, synchronous_commit",
                            bare.setting("fsync") + ", " + bare.setting("synchronous_commit"));
            Path copied = contacts(rows).copyFile(tenant.id(), UUID.randomUUID());
            say("%,d rows copied".formatted(rows));
            Duration before = bare.copy(DrawnContacts.COLUMNS, copied);
            say("%,d rows imported first".formatted(WARM_UP_ROWS));
            table.row("the first import, %,d rows".formatted(WARM_UP_ROWS), seconds(imported(api, bare, WARM_UP_ROWS)));
            Latencies measured = measured(api, bare);
            say("%,d rows copied once more".formatted(rows));
            double copy =
                    (before.toNanos() + bare.copy(DrawnContacts.COLUMNS, copied).toNanos()) / 2e6;
            addRates(table, measured, copy);
            if (rows >= ENOUGH_FOR_HEAP) {
                addHeaps(table, api, bare);
            }
            say("taken out again");
        }
        System.out.println();
        System.out.print(table);
    }

    private Latencies measured(Api api, BareTable bare) throws Exception {
        double[] millis = new double[rows <= SMALL ? REPEATS : 1];
        for (int number = 0; number < millis.length; number++) {
            millis[number] = imported(api, bare, rows);
            say("%,d rows imported in %s".formatted(rows, seconds(millis[number])));
        }
        return new Latencies(millis);
    }

    private void addRates(MarkdownTable table, Latencies imports, double copyMillis) {
        String title = "import of %,d rows, request to completed".formatted(rows);
        table.row(
                        rows <= SMALL ? title + ", median / slowest of " + REPEATS : title,
                        rows <= SMALL
                                ? seconds(imports.median()) + " / " + seconds(imports.slowest())
                                : seconds(imports.median()),
                        rows == WARM_UP_ROWS ? "≤ 1.5 s" : "")
                .row("the same", rate(imports.median()))
                .row("COPY of the same rows, mean of before and after", rate(copyMillis))
                .row("import : COPY", "%.2f".formatted(copyMillis / imports.median()), "≥ 0.3");
    }

    /** Another such file: each sample stops a service for a moment, so it is no part of the rate. */
    private void addHeaps(MarkdownTable table, Api api, BareTable bare) throws Exception {
        List<ServiceHeap> heaps = new ArrayList<>();
        for (String service : SERVICES) {
            long pid = stack.services().get(service).pid();
            heaps.add(new ServiceHeap(() -> ServiceHeap.histogramOf(pid), rows / HEAP_SAMPLES, "rows stored"));
        }
        say("%,d other rows imported, heaps counted".formatted(rows));
        imported(api, bare, rows, done -> heaps.forEach(heap -> heap.sample(done)));
        for (int number = 0; number < SERVICES.size(); number++) {
            ServiceHeap heap = heaps.get(number);
            String title = "alive in " + SERVICES.get(number)
                    + " after a full collection, every %,d rows".formatted(rows / HEAP_SAMPLES);
            table.row(title, heap.toString(), "within 256 MB")
                    .row("the last of these : the first", "%.2f".formatted(heap.growth()), "≤ 1.10");
        }
    }

    private double imported(Api api, BareTable bare, int count) throws Exception {
        return imported(api, bare, count, done -> {});
    }

    /** New people each time. @return milliseconds */
    private double imported(Api api, BareTable bare, int count, LongConsumer progress) throws Exception {
        Path file = contacts(count).csvFile();
        long began = System.nanoTime();
        String path = "/api/import/csv?fieldMapping=" + URLEncoder.encode(MAPPING, StandardCharsets.UTF_8);
        JsonNode accepted = api.post(path, BodyPublishers.ofFile(file), "text/csv");
        UUID job = UUID.fromString(accepted.path("data").path("jobId").asText());
        awaitEnd(api, job, count, progress);
        double took = Latencies.millisSince(began);
        long stored = bare.count("SELECT count(*) FROM enrollment.contact WHERE import_job_id = ?", job);
        if (stored != count) {
            throw new StackFailure(
                    "%,d of %,d rows are stored.".formatted(stored, count), "./throughline logs enrollment-service");
        }
        return took;
    }

    private static void awaitEnd(Api api, UUID job, int count, LongConsumer progress) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode answer = api.get("/api/jobs/" + job).path("data");
            String status = answer.path("status").asText();
            if (status.equals("completed")) {
                return;
            }
            if (List.of("failed", "cancelled").contains(status) || System.nanoTime() > until) {
                throw new StackFailure("The import is " + answer + ".", "./throughline logs job-worker");
            }
            progress.accept(answer.path("progress").path("done").asLong());
            // Often enough for the figure, seldom enough to cost nothing.
            Thread.sleep(count <= SMALL ? 20 : 200);
        }
    }

    private DrawnContacts contacts(int count) {
        DrawnContacts drawn = new DrawnContacts(count, seed);
        seed += count;
        return drawn;
    }

    private String rate(double millis) {
        return "%,.0f rows / s".formatted(rows / millis * 1000);
    }

    private static String seconds(double millis) {
        return "%.2f s".formatted(millis / 1000);
    }

    private static void say(String step) {
        System.out.println("  " + step);
    }
}
