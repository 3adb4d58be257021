package io.throughline.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceHeapTest {

    private static final String HISTOGRAM = """
            690:
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         68009        7226752  [B (java.base@25)
            Total        293848       %s
            """;

    @Test
    void countsTheLeastThatIsAliveForEachHalfMillionEvents() {
        Iterator<String> totals = List.of("70000000", "99000000", "71000000", "95000000", "98000000", "90000000")
                .iterator();
        ServiceHeap heap = new ServiceHeap(() -> HISTOGRAM.formatted(totals.next()));
        for (long visible : new long[] {0, 499_999, 500_000, 700_000, 1_000_000}) {
            heap.sample(visible);
        }
        assertThat(totals).isExhausted();
        assertThat(heap).hasToString("70, 90 MB");
        assertThat(heap.spread()).isEqualTo(90.0 / 70);
    }
}
