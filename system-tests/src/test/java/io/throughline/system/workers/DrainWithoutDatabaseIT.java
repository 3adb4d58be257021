package io.throughline.system.workers;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** A worker is asked to end while the end of a job waits for a database that is away. */
class DrainWithoutDatabaseIT {

    @Test
    @Disabled("Worker.drain tries to write the end for as long as the database is away")
    void endsAllTheSame() throws Exception {
        try (Fleet fleet = Fleet.start()) {
            Tenant tenant = fleet.tenant();
            UUID job = UUID.fromString(fleet.client(tenant)
                    .post("/api/jobs", "{\"type\":\"sleep\",\"parameters\":{\"millis\":3000}}")
                    .path("data")
                    .path("jobId")
                    .asText());
            Fleet.patiently("somebody runs it").until(() -> fleet.history().holderOf(job) != null);
            Replica holder = fleet.named(fleet.history().holderOf(job));
            fleet.stopDatabase();
            Fleet.patiently("its end cannot be written")
                    .until(() -> holder.lastWords().contains("Cannot write the ends of jobs"));
            Process process = holder.terminate();
            Fleet.patiently("it ends, and others run the job again once there is a database")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> !process.isAlive());
        }
    }
}
