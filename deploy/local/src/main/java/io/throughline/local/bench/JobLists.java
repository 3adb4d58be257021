package io.throughline.local.bench;

import io.throughline.local.demo.Api;
import io.throughline.local.stack.StackState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a page of {@code GET /api/jobs} costs a tenant of a thousand jobs and one of a million, and what it and the health
 * check cost while workflows run. All without the gateway. Docs: {@code docs/performance.md}.
 */
public final class JobLists {

    private static final int FEW = 1_000;
    private static final int WARM_UP = 200;
    private static final int REQUESTS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final StackState stack;
    private final String url;
    private final int many;

    /** @param many jobs of the large tenant */
    public JobLists(StackState stack, int many) {
        this.stack = stack;
        this.url = "http://127.0.0.1:" + stack.services().get(OurQueue.SERVICE).port();
        this.many = many;
    }

    public void run() throws Exception {
        Api admin = new Api(stack.gateway().url(), stack.apiKey());
        Tenant small = Tenant.create(admin, "bench of few jobs");
        Tenant large = Tenant.create(admin, "bench of many jobs");
        Tenant running = Tenant.create(admin, "bench of workflows");
        Api api = small.at(url);
        large.at(url);
        Api runningApi = running.at(url);
        UUID model = completed(api);
        MarkdownTable lists;
        MarkdownTable busy;
        try (FinishedJobs jobs = new FinishedJobs(stack.postgres().jdbcUrl(), small.id(), large.id(), running.id())) {
            say("%,d jobs".formatted(FEW));
            jobs.put(small.id(), model, FEW);
            jobs.put(running.id(), model, FEW);
            Map<String, Latencies> alone = measured(small).getFirst();
            say("the same while workflows run");
            busy = new BusyWorker(runningApi, new KeptConnection(url, running.apiKey())).measured();
            say("%,d jobs put in".formatted(many));
            jobs.put(large.id(), model, many);
            say("%,d and %,d jobs in turns".formatted(FEW, many));
            lists = table(alone, measured(small, large));
            say("taken out again");
        }
        System.out.println();
        System.out.print(lists);
        System.out.println();
        System.out.print(busy);
    }

    private static UUID completed(Api api) {
        String job = api.post("/api/jobs", Map.of("type", "echo", "parameters", Map.of("a", 1)))
                .path("data")
                .path("jobId")
                .asText();
        api.await(
                "a job to copy",
                "/api/jobs/" + job,
                PATIENCE,
                answer -> answer.path("data").path("status").asText().equals("completed"),
                answer -> answer.path("data").path("status").asText());
        return UUID.fromString(job);
    }

    private static Map<String, String> pages() {
        Instant now = Instant.now();
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("newest", "/api/jobs");
        pages.put("by status", "/api/jobs?status=" + FinishedJobs.STATUS);
        pages.put("by type", "/api/jobs?type=" + FinishedJobs.TYPE);
        pages.put(
                "by date",
                "/api/jobs?since=" + now.minus(Duration.ofDays(FinishedJobs.DAYS * 2 / 5)) + "&until="
                        + now.minus(Duration.ofDays(FinishedJobs.DAYS / 5)));
        pages.put("by text", "/api/jobs?text=" + FinishedJobs.TEXT);
        pages.put("by a text nowhere", "/api/jobs?text=nobody@nowhere");
        return pages;
    }

    /** By page, for each tenant. Their requests take turns, so that what else the machine does meets all alike. */
    private List<Map<String, Latencies>> measured(Tenant... tenants) {
        List<KeptConnection> connections = Arrays.stream(tenants)
                .map(tenant -> new KeptConnection(url, tenant.apiKey()))
                .toList();
        Map<String, String> pages = pages();
        List<Map<String, double[]>> millis = new ArrayList<>();
        connections.forEach(each -> millis.add(new LinkedHashMap<>()));
        for (int number = 0; number < WARM_UP + REQUESTS; number++) {
            for (Map.Entry<String, String> page : pages.entrySet()) {
                for (int turn = 0; turn < tenants.length; turn++) {
                    int tenant = (number + turn) % tenants.length;
                    long began = System.nanoTime();
                    connections.get(tenant).get(page.getValue());
                    if (number >= WARM_UP) {
                        millis.get(tenant)
                                        .computeIfAbsent(page.getKey(), each -> new double[REQUESTS])[
                                        number - WARM_UP] =
                                Latencies.millisSince(began);
                    }
                }
            }
        }
        return millis.stream()
                .map(byPage -> {
                    Map<String, Latencies> latencies = new LinkedHashMap<>();
                    byPage.forEach((page, all) -> latencies.put(page, new Latencies(all)));
                    return latencies;
                })
                .toList();
    }

    private MarkdownTable table(Map<String, Latencies> alone, List<Map<String, Latencies>> together) {
        MarkdownTable table = new MarkdownTable(
                "page of 50, median / p99",
                "%,d jobs, no others".formatted(FEW),
                "%,d jobs beside %,d".formatted(FEW, many),
                "%,d jobs".formatted(many),
                "p99 : p99 beside them",
                "p99 : p99 with no others",
                "bar");
        together.getLast().forEach((page, latencies) -> {
            Latencies few = together.getFirst().get(page);
            table.row(
                    page,
                    alone.get(page).toString(),
                    few.toString(),
                    latencies.toString(),
                    "%.2f".formatted(latencies.p99() / few.p99()),
                    "%.2f".formatted(latencies.p99() / alone.get(page).p99()),
                    "≤ 2");
        });
        return table;
    }

    private static void say(String what) {
        System.out.println("  " + what);
    }
}
