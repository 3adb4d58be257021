package io.throughline.enrollment.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.events.campaign.InstanceSnapshot.Variant;
import io.throughline.platform.time.Ids;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class VariantsTest {

    private static final int PEOPLE = 20_000;
    private static final List<Variant> VARIANTS = List.of(variant("A", 50), variant("B", 30), variant("C", 20));

    /** Ids made one after the other differ in few bits; the shares hold all the same, to within four standard deviations. */
    @Test
    void givesEachItsShareWithIdsOfOneMoment() {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, Integer> bothSteps = new HashMap<>();
        for (int i = 0; i < PEOPLE; i++) {
            UUID id = Ids.next();
            String first = Variants.of(VARIANTS, id, 1).name();
            counts.merge(first, 1, Integer::sum);
            bothSteps.merge(first + Variants.of(VARIANTS, id, 2).name(), 1, Integer::sum);
        }
        VARIANTS.forEach(each -> share(counts.get(each.name()), each.weight() / 100.0));
        for (Variant first : VARIANTS) {
            for (Variant second : VARIANTS) {
                share(bothSteps.get(first.name() + second.name()), first.weight() * second.weight() / 10_000.0);
            }
        }
    }

    private static void share(int count, double share) {
        double deviation = Math.sqrt(PEOPLE * share * (1 - share));
        assertThat((double) count).isBetween(PEOPLE * share - 4.5 * deviation, PEOPLE * share + 4.5 * deviation);
    }

    /** Fixed for ever: another choice would mix the figures of a test that runs. */
    @Test
    void choosesTheSameForEver() {
        StringBuilder chosen = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            chosen.append(Variants.of(VARIANTS, new UUID(i, -i), 1 + i % 3).name());
        }
        assertThat(chosen).hasToString("CABBBBAAAAAA");
    }

    @Test
    void givesNobodyOneOfNoWeight() {
        List<Variant> variants = List.of(variant("A", 0), variant("B", 1), variant("C", 0));
        for (int i = 0; i < 1000; i++) {
            assertThat(Variants.of(variants, Ids.next(), 1).name()).isEqualTo("B");
        }
    }

    private static Variant variant(String name, int weight) {
        return new Variant(name, weight, "Subject", "Body", null);
    }
}
