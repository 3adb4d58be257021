package io.throughline.local.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EngagementPlanTest {

    private static final List<UUID> ENROLLMENTS =
            LongStream.range(0, 2_000).mapToObj(number -> new UUID(7, number)).toList();

    private final EngagementPlan plan = EngagementPlan.draw(ENROLLMENTS, 42, Instant.EPOCH);

    /** Recounted from the messages, duplicates removed by id: what an exact consumer would find. */
    @Test
    void expectsWhatAConsumerThatIgnoresDuplicatesCounts() {
        Set<UUID> seen = new HashSet<>();
        Map<String, Integer> totals = new TreeMap<>();
        Map<String, Set<UUID>> enrollments = new TreeMap<>();
        for (EngagementPlan.Message message : plan.messages()) {
            if (seen.add(message.id())) {
                totals.merge(message.type(), 1, Integer::sum);
                enrollments
                        .computeIfAbsent(message.type(), type -> new HashSet<>())
                        .add(message.enrollment());
            }
        }
        assertThat(plan.distinctEvents()).isEqualTo(seen.size());
        assertThat(plan.counts().keySet())
                .isEqualTo(totals.keySet())
                .contains("opened", "clicked", "replied", "bounced");
        plan.counts().forEach((type, count) -> {
            assertThat(count.total()).as(type).isEqualTo(totals.get(type));
            assertThat(count.unique()).as(type).isEqualTo(enrollments.get(type).size());
        });
    }

    @Test
    void repeatsAboutOneInFive() {
        double share = (double) (plan.messages().size() - plan.distinctEvents()) / plan.distinctEvents();
        assertThat(share).isBetween(0.17, 0.23);
    }

    @Test
    void drawsTheSameFromTheSameSeed() {
        assertThat(EngagementPlan.draw(ENROLLMENTS, 42, Instant.EPOCH)).isEqualTo(plan);
        assertThat(EngagementPlan.draw(ENROLLMENTS, 43, Instant.EPOCH)).isNotEqualTo(plan);
    }
}
