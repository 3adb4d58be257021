package io.throughline.system.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** One replica publishes events for all. Takes more than a minute, so it belongs to the large run. */
@ExtendWith(SharedFleet.class)
@EnabledIfSystemProperty(named = "throughline.crash.faults", matches = "[0-9]{3,}")
class FrozenRelayIT {

    private final Fleet fleet;

    FrozenRelayIT(Fleet fleet) {
        this.fleet = fleet;
    }

    @Test
    void eventsLeaveWhenTheReplicaThatPublishesThemStandsStill() throws Exception {
        Tenant tenant = fleet.tenant();
        Fleet.patiently("somebody publishes").until(() -> fleet.history().relay() != null);
        Replica publishing = fleet.named(fleet.history().relay());
        publishing.freeze();
        try {
            UUID job = UUID.fromString(fleet.client(tenant)
                    .post("/api/jobs", "{\"type\":\"echo\"}")
                    .path("data")
                    .path("jobId")
                    .asText());
            fleet.awaitEnds(tenant, Set.of(job));
            assertThat(ToldEnds.read(fleet.bootstrapServers(), tenant).eventIds())
                    .containsOnlyKeys(job);
            assertThat(publishing.isFrozen()).isTrue();
        } finally {
            publishing.wake();
        }
    }
}
