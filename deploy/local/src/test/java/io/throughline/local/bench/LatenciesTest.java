package io.throughline.local.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void findsTheNearestRankInAnyOrder() {
        double[] falling =
                IntStream.rangeClosed(1, 200).mapToDouble(rank -> 201 - rank).toArray();
        Latencies latencies = new Latencies(falling);
        assertThat(latencies.median()).isEqualTo(100);
        assertThat(latencies.p99()).isEqualTo(198);
    }

    @Test
    void isItsOnlyValue() {
        Latencies one = new Latencies(new double[] {7});
        assertThat(one.median()).isEqualTo(7);
        assertThat(one.p99()).isEqualTo(7);
    }

    @Test
    void refusesToTellOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Latencies(new double[0]));
    }

    @Test
    void makesEachCallOnceInOrder() {
        List<Integer> calls = new ArrayList<>();
        Latencies.of(3, calls::add);
        assertThat(calls).containsExactly(0, 1, 2);
    }
}
