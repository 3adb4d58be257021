package io.throughline.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServiceHeapTest {

    private static final String METRICS = """
            # TYPE jvm_memory_used_bytes gauge
            jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 9.0E8
            jvm_memory_used_bytes{area="heap",id="Eden Space"} 3.0E7
            jvm_memory_used_bytes{area="heap",id="Tenured Gen"} %s
            """;

    @Test
    void readsTheHeapAfterACollectionOnceForEachHalfMillionEvents() throws Exception {
        List<String> tenured = List.of("4.0E7", "6.0E7", "9.9E7");
        AtomicInteger asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/q/metrics", exchange -> {
            byte[] body =
                    METRICS.formatted(tenured.get(asked.getAndIncrement())).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            AtomicInteger collected = new AtomicInteger();
            ServiceHeap heap = new ServiceHeap(
                    new KeptConnection("http://127.0.0.1:" + server.getAddress().getPort(), "key"),
                    collected::incrementAndGet);
            for (long visible : new long[] {0, 499_999, 500_000, 700_000, 1_000_000}) {
                heap.sample(visible);
            }
            assertThat(asked).hasValue(2);
            assertThat(collected).hasValue(2);
            assertThat(heap).hasToString("70, 90 MB");
            assertThat(heap.spread()).isEqualTo(90.0 / 70);
        } finally {
            server.stop(0);
        }
    }
}
