package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.demo.Api;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * All contacts of a tenant into an instance by one call, beside the bare INSERT … SELECT of the same rows into a table with
 * the same indexes; and single contacts by few clients and by many. Docs: {@code docs/performance.md}.
 */
public final class Enrolling {

    private static final int INSTANCES = 3;
    /** Clients, from few to many, and how many enrollments they make together. */
    private static final int FEW = 10;

    private static final int MANY = 200;
    private static final int SINGLES = 3_000;
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final String COLUMNS = "tenant_id, instance_id, contact_id, metadata, due_at";
    private static final String BARE = """
            SELECT tenant_id, '%s', id, '{}', now() FROM enrollment.contact WHERE tenant_id = ? ORDER BY id
            """;

    private final StackState stack;
    private final int contacts;

    public Enrolling(StackState stack, int contacts) {
        if (contacts < SINGLES) {
            throw new StackFailure("At least " + SINGLES + " contacts are needed.", "./throughline bench enroll");
        }
        this.stack = stack;
        this.contacts = contacts;
    }

    public void run() throws Exception {
        Api admin = new Api(stack.gateway().url(), stack.apiKey());
        Tenant tenant = Tenant.create(admin, "bench of enrollments");
        Api api = tenant.at(stack.gateway().url());
        MarkdownTable table = new MarkdownTable("what", "measured", "bar");
        try (BareTable bare = BareTable.like(stack.postgres().jdbcUrl(), "enrollment", tenant.id())) {
            say("%,d contacts imported".formatted(contacts));
            importContacts(api);
            say("single contacts enrolled, %d and %d clients at once".formatted(FEW, MANY));
            addSingles(table, api, bare, tenant.id());
            addBulk(table, api, bare, tenant.id());
            say("taken out again");
        }
        System.out.println();
        System.out.print(table);
    }

    private void importContacts(Api api) throws Exception {
        JsonNode accepted = api.post(
                "/api/import/csv",
                BodyPublishers.ofFile(new DrawnContacts(contacts, System.nanoTime()).csvFile()),
                "text/csv");
        api.await(
                "the import",
                "/api/jobs/" + accepted.path("data").path("jobId").asText(),
                PATIENCE,
                answer -> answer.path("data").path("status").asText().equals("completed"),
                answer -> answer.path("data").path("status").asText());
    }

    private void addBulk(MarkdownTable table, Api api, BareTable bare, UUID tenant) throws SQLException {
        String query = BARE.formatted(UUID.randomUUID());
        List<Duration> inserts = new ArrayList<>();
        inserts.add(bare.insert(COLUMNS, query, tenant));
        double[] millis = new double[INSTANCES];
        for (int number = 0; number < INSTANCES; number++) {
            MeasuredInstance instance = MeasuredInstance.create(api);
            millis[number] = enrolled(api, instance);
            say("%,d contacts enrolled in %.2f s".formatted(contacts, millis[number] / 1000));
            inserts.add(bare.insert(COLUMNS, query, tenant));
        }
        Latencies enrolled = new Latencies(millis);
        Latencies insert = new Latencies(
                inserts.stream().mapToDouble(each -> each.toNanos() / 1e6).toArray());
        table.row(
                        "bulk enrollment of %,d by filter, median / slowest of %d".formatted(contacts, INSTANCES),
                        "%.2f / %.2f s".formatted(enrolled.median() / 1000, enrolled.slowest() / 1000))
                .row(
                        "bare INSERT … SELECT of the same rows, median / slowest of %d".formatted(inserts.size()),
                        "%.2f / %.2f s".formatted(insert.median() / 1000, insert.slowest() / 1000))
                .row(
                        "bulk enrollment : INSERT … SELECT, medians",
                        "%.2f".formatted(enrolled.median() / insert.median()),
                        "≤ 3");
    }

    private double enrolled(Api api, MeasuredInstance instance) {
        long began = System.nanoTime();
        JsonNode answer = api.post(path(instance) + "/bulk", Map.of("filter", Map.of("all", true)));
        double took = Latencies.millisSince(began);
        int created = answer.path("data").path("created").asInt();
        if (created != contacts) {
            throw new StackFailure(
                    "%,d of %,d contacts were enrolled.".formatted(created, contacts),
                    "./throughline logs enrollment-service");
        }
        return took;
    }

    private void addSingles(MarkdownTable table, Api api, BareTable bare, UUID tenant) throws Exception {
        List<UUID> ids = contactIds(bare, tenant);
        // What runs for the first time is compiled while it runs.
        new Clients(api, path(MeasuredInstance.create(api)), FEW, Duration.ZERO).enroll(ids);
        Clients.Measured few =
                new Clients(api, path(MeasuredInstance.create(api)), FEW, PAUSE).enroll(ids.subList(0, 300));
        Clients.Measured many = new Clients(api, path(MeasuredInstance.create(api)), MANY, PAUSE).enroll(ids);
        Clients.Measured fewBusy = new Clients(api, path(MeasuredInstance.create(api)), FEW, Duration.ZERO).enroll(ids);
        Clients.Measured manyBusy =
                new Clients(api, path(MeasuredInstance.create(api)), MANY, Duration.ZERO).enroll(ids);
        String paced = "single enrollments, %d clients, a pause of %d s on average, median / p95 / p99";
        String busy = "single enrollments, %d clients without a pause, median / p95 / p99";
        table.row(paced.formatted(FEW, PAUSE.toSeconds()), few.latencies().withP95())
                .row(paced.formatted(MANY, PAUSE.toSeconds()), many.latencies().withP95())
                .row(
                        "p95 of %d : p95 of %d".formatted(MANY, FEW),
                        "%.2f"
                                .formatted(
                                        many.latencies().p95() / few.latencies().p95()),
                        "≤ 3")
                .row(busy.formatted(FEW), fewBusy.latencies().withP95() + ", %.0f / s".formatted(fewBusy.perSecond()))
                .row(
                        busy.formatted(MANY),
                        manyBusy.latencies().withP95() + ", %.0f / s".formatted(manyBusy.perSecond()))
                .row(
                        "enrollments a second, %d : %d without a pause".formatted(MANY, FEW),
                        "%.2f".formatted(manyBusy.perSecond() / fewBusy.perSecond()))
                .row("errors", "0", "0");
    }

    /** Newest first, so that the database's cache has them. */
    private static List<UUID> contactIds(BareTable bare, UUID tenant) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        try (PreparedStatement query = bare.connection()
                .prepareStatement("SELECT id FROM enrollment.contact WHERE tenant_id = ? ORDER BY id DESC LIMIT ?")) {
            query.setObject(1, tenant);
            query.setInt(2, SINGLES);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getObject(1, UUID.class));
                }
            }
        }
        return ids;
    }

    private static String path(MeasuredInstance instance) {
        return "/api/campaigns/instances/" + instance.id() + "/enrollments";
    }

    private static void say(String step) {
        System.out.println("  " + step);
    }
}
