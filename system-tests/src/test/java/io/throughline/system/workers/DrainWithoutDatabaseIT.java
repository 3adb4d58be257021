package io.throughline.system.workers;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Workers are asked to end while the ends of jobs wait for a database that is away. Belongs to the large run. */
@EnabledIfSystemProperty(named = "throughline.crash.faults", matches = "[0-9]{3,}")
class DrainWithoutDatabaseIT {

    private static final int JOBS = 9;
    private static final String TRIED = "Cannot write the ends of jobs";

    @Test
    void endAllTheSame() throws Exception {
        try (Fleet fleet = Fleet.start()) {
            Tenant tenant = fleet.tenant();
            for (int number = 0; number < JOBS; number++) {
                fleet.client(tenant)
                        .post(
                                "/api/jobs",
                                "{\"type\":\"sleep\",\"parameters\":{\"millis\":" + (5_000 + 500 * number) + "}}");
            }
            Fleet.patiently("all of them run")
                    .until(() -> fleet.replicas().stream()
                                    .mapToLong(replica -> fleet.history().heldBy(replica.process()))
                                    .sum()
                            == JOBS);
            fleet.stopDatabase();
            for (Replica replica : fleet.replicas()) {
                Fleet.patiently("one end cannot be written, others wait behind it")
                        .until(() -> replica.said(TRIED) >= 10);
            }
            List<Process> processes =
                    fleet.replicas().stream().map(Replica::terminate).toList();
            Fleet.patiently("they end, and others run the jobs again once there is a database")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> processes.stream().noneMatch(Process::isAlive));
        }
    }
}
