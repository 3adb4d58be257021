package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** A schedule that is due each second and makes up for what was missed: each of its seconds has one effect outside. */
final class EverySecond {

    private static final String PATH = "/api/jobs/schedules/every-second";
    private static final String QUERY = "on the second";

    private final Fleet fleet;
    private final Tenant tenant;
    private final Instant began;
    /** When the service had answered that the schedule is there. */
    private Instant put;

    private EverySecond(Fleet fleet, Tenant tenant, Instant began) {
        this.fleet = fleet;
        this.tenant = tenant;
        this.began = began;
    }

    static EverySecond begin(Fleet fleet, Tenant tenant) {
        EverySecond schedule = new EverySecond(fleet, tenant, fleet.history().now());
        schedule.put(true);
        schedule.put = fleet.history().now();
        return schedule;
    }

    private void put(boolean enabled) {
        fleet.client(tenant).put(PATH, """
                {"cron":"* * * * * *","type":"discover","parameters":{"query":"%s"},"missed":"all","enabled":%s}""".formatted(QUERY, enabled));
    }

    /** When nothing is left to be made up for. */
    void end() {
        Instant now = fleet.history().now();
        Fleet.patiently("the schedule has caught up")
                .until(() -> Instant.parse(view().path("nextAt").asText()).isAfter(now));
        put(false);
    }

    private JsonNode view() {
        return fleet.client(tenant).get(PATH).path("data");
    }

    /** @param calls of the whole ledger; @return how many seconds there were */
    int checkOncePerSecond(List<OutsideLedger.Call> calls) {
        Set<UUID> jobs = new TreeSet<>();
        calls.stream()
                .filter(call -> call.asked().path("query").asText().equals(QUERY))
                .forEach(call -> jobs.add(call.job()));
        Set<Instant> seconds = new TreeSet<>();
        // Ids are UUIDs of version 7: they begin with the milliseconds of the second they stand for.
        jobs.forEach(job -> seconds.add(Instant.ofEpochMilli(job.getMostSignificantBits() >>> 16)));
        assertThat(seconds).as("one job for each second").hasSameSizeAs(jobs);
        Instant first = seconds.iterator().next();
        Instant last = Instant.parse(view().path("lastAt").asText());
        assertThat(first).isBetween(began, put.plusSeconds(1));
        Set<Instant> expected = new TreeSet<>();
        for (Instant second = first; !second.isAfter(last); second = second.plus(Duration.ofSeconds(1))) {
            expected.add(second);
        }
        assertThat(seconds).isEqualTo(expected);
        return seconds.size();
    }
}
