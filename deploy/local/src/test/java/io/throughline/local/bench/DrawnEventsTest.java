package io.throughline.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DrawnEventsTest {

    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final UUID TENANT = new UUID(1, 1);

    private static DrawnEvents drawn(long instance, long seed) {
        return new DrawnEvents(TENANT, new UUID(2, instance), 60_000, seed, NOW);
    }

    @Test
    void areDistinctAndOfKnownEnrollmentsStepsAndDays() throws Exception {
        Set<UUID> ids = new HashSet<>();
        Set<UUID> enrollments = new HashSet<>();
        Set<Integer> steps = new HashSet<>();
        Set<String> types = new HashSet<>();
        for (DrawnEvents.Event event : drawn(1, 42)) {
            ids.add(event.id());
            enrollments.add(event.enrollment());
            steps.add(event.step());
            types.add(event.type());
            assertThat(event.occurredAt()).isBetween(NOW.minus(Duration.ofDays(10)), NOW);
            assertThat(event.metadata().length()).isBetween(80, 130);
        }
        assertThat(ids).hasSize(60_000).allMatch(id -> id.version() == 4 && id.variant() == 2);
        assertThat(enrollments).hasSizeBetween(18_000, DrawnEvents.ENROLLMENTS);
        assertThat(steps).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(types).contains("sent", "delivered", "opened", "clicked", "replied");
        String metadata = drawn(1, 42).iterator().next().metadata();
        assertThat(new ObjectMapper().readTree(metadata).isObject()).isTrue();
    }

    @Test
    void areTheSameEachTimeAndOthersWithAnotherSeed() {
        assertThat(drawn(1, 42)).containsExactlyElementsOf(drawn(1, 42));
        assertThat(drawn(1, 43).iterator().next())
                .isNotEqualTo(drawn(1, 42).iterator().next());
    }

    @Test
    void areOfOtherPeopleInAnotherInstance() {
        Set<UUID> people = new HashSet<>();
        drawn(1, 42).forEach(event -> people.add(event.enrollment()));
        assertThat(drawn(2, 42)).noneMatch(event -> people.contains(event.enrollment()));
    }
}
