package io.throughline.campaign.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.campaign.CampaignErrors;
import io.throughline.platform.http.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every state against every transition: the table below is the whole machine. */
class InstanceTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private static final Map<String, BiConsumer<Instance, Instant>> TRANSITIONS = Map.of(
            "activate", Instance::activate,
            "pause", Instance::pause,
            "resume", Instance::resume,
            "complete", Instance::complete,
            "archive", Instance::archive);

    private static final Map<String, List<String>> WAYS = Map.of(
            "draft", List.of(),
            "active", List.of("activate"),
            "paused", List.of("activate", "pause"),
            "completed", List.of("activate", "complete"),
            "archived", List.of("archive"));

    private static final Map<String, String> ALLOWED = Map.of(
            "draft activate", "active",
            "active pause", "paused",
            "paused resume", "active",
            "active complete", "completed",
            "paused complete", "completed",
            "draft archive", "archived",
            "paused archive", "archived",
            "completed archive", "archived");

    @TestFactory
    List<DynamicTest> movesOnlyWhereTheMachineAllows() {
        List<DynamicTest> tests = new ArrayList<>();
        WAYS.forEach((state, way) -> TRANSITIONS.forEach((verb, transition) -> {
            String move = state + " " + verb;
            tests.add(DynamicTest.dynamicTest(move, () -> {
                Instance instance = InstanceFixture.draft(NOW);
                way.forEach(each -> TRANSITIONS.get(each).accept(instance, NOW));
                check(instance, transition, ALLOWED.get(move));
            }));
        }));
        return tests;
    }

    private static void check(Instance instance, BiConsumer<Instance, Instant> transition, String target) {
        Status before = instance.status();
        long version = instance.version();
        if (target != null) {
            transition.accept(instance, NOW.plusSeconds(5));
            assertThat(instance.status()).hasToString(target);
            assertThat(instance.version()).isEqualTo(version + 1);
            assertThat(instance.view().updatedAt()).isEqualTo(NOW.plusSeconds(5));
        } else {
            assertThatThrownBy(() -> transition.accept(instance, NOW))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.error()).isEqualTo(CampaignErrors.ILLEGAL_TRANSITION))
                    .hasMessageContaining("is " + before);
            assertThat(instance.status()).isEqualTo(before);
            assertThat(instance.version()).isEqualTo(version);
        }
    }
}
