package io.throughline.enrollment.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionTest {

    private static final Reactions OPENED_1_CLICKED_2 = Reactions.NONE
            .with(Reactions.Kind.OPENED, 1)
            .with(Reactions.Kind.CLICKED, 2)
            .with(Reactions.Kind.CONVERTED, 0);

    @Test
    void looksAtAStepOrAtAny() {
        assertThat(holds(Map.of("if", "opened", "step", 1))).isTrue();
        assertThat(holds(Map.of("if", "opened", "step", 2)))
                .as("who clicked has opened")
                .isTrue();
        assertThat(holds(Map.of("if", "opened", "step", 3))).isFalse();
        assertThat(holds(Map.of("if", "clicked"))).isTrue();
        assertThat(holds(Map.of("if", "clicked", "step", 1))).isFalse();
        assertThat(holds(Map.of("if", "not_clicked", "step", 1))).isTrue();
        assertThat(holds(Map.of("if", "not_opened"))).isFalse();
        assertThat(holds(Map.of("if", "converted"))).as("no step was named").isTrue();
        assertThat(holds(Map.of("if", "converted", "step", 1))).isFalse();
        assertThat(holds(Map.of("if", "not_replied"))).isTrue();
        assertThat(holds(Map.of("if", "replied"))).isFalse();
    }

    @Test
    void joinsSeveral() {
        Map<String, Object> yes = Map.of("if", "opened");
        Map<String, Object> no = Map.of("if", "not_opened");
        assertThat(holds(Map.of("all", List.of(yes, yes)))).isTrue();
        assertThat(holds(Map.of("all", List.of(yes, no)))).isFalse();
        assertThat(holds(Map.of("any", List.of(no, yes)))).isTrue();
        assertThat(holds(Map.of("any", List.of(no, no)))).isFalse();
        assertThat(holds(Map.of("any", List.of(no, Map.of("all", List.of(yes, yes))))))
                .isTrue();
    }

    @Test
    void isEmptyWhenItIsNotUnderstood() {
        for (Map<String, ?> condition : List.<Map<String, ?>>of(
                Map.of(),
                Map.of("if", "jumped"),
                Map.of("if", "opened", "step", "1"),
                Map.of("all", List.of("opened")),
                Map.of("unless", "opened"))) {
            assertThat(Condition.of(condition)).as("%s", condition).isEmpty();
        }
    }

    @Test
    void countsNoStepThatCannotBe() {
        assertThat(Reactions.NONE.with(Reactions.Kind.OPENED, -1)).isEqualTo(Reactions.NONE);
        assertThat(Reactions.NONE.with(Reactions.Kind.OPENED, 64)).isEqualTo(Reactions.NONE);
    }

    private static boolean holds(Map<String, ?> condition) {
        return Condition.of(condition).orElseThrow().holds(OPENED_1_CLICKED_2);
    }
}
