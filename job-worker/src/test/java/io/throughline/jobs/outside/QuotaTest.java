package io.throughline.jobs.outside;

import static io.throughline.jobs.outside.ScriptedProvider.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.jobs.outside.OutsideFailure.Later;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.RedisServers;
import io.throughline.platform.test.TestClock;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replicas that share a real Redis, or have lost it. What is allowed is counted by the provider. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class QuotaTest {

    private final ScriptedProvider there = new ScriptedProvider();
    private final String name = Replica.freshName();

    @Inject
    RedisDataSource redis;

    @AfterEach
    void end() {
        there.close();
        TestClock.reset();
    }

    private Replica replica(String... settings) {
        return new Replica(name, there.url("/"), settings);
    }

    private static List<Future<Answer>> callAll(ExecutorService threads, int times, Replica... replicas) {
        List<Future<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Replica replica = replicas[i % replicas.length];
            calls.add(threads.submit(() -> replica.call()));
        }
        return calls;
    }

    @Test
    void twoReplicasTogetherStayWithinTheLimitInEveryWindow() throws Exception {
        String[] settings = {"limit", "10", "window", "1S", "patience", "60S", "concurrency", "5"};
        there.always(saying(200, "{}"));
        try (Replica one = replica(settings);
                Replica two = replica(settings);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> call : callAll(threads, 40, one, two)) {
                assertThat(call.get().found()).isTrue();
            }
        }
        List<Long> times = there.heard().stream()
                .map(ScriptedProvider.Heard::atNanos)
                .sorted()
                .toList();
        assertThat(times).hasSize(40);
        for (int i = 10; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 10))
                    .as("the time eleven calls took, from call %d", i - 10)
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        }
        assertThat(there.mostUnderWay()).isLessThanOrEqualTo(5);
    }

    @Test
    void twoReplicasTogetherHaveAsManyCallsUnderWayAsOneMay() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        there.always(exchange -> {
            await(over);
            saying(200, "{}").to(exchange);
        });
        String[] settings = {"concurrency", "3", "patience", "60S", "timeout", "60S"};
        try (Replica one = replica(settings);
                Replica two = replica(settings);
                Replica impatient = replica("concurrency", "3", "patience", "0S", "timeout", "60S");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> calls = callAll(threads, 12, one, two);
            Awaitility.await().until(() -> there.underWay() == 3);
            assertThat(impatient.figures()).containsEntry("underWay", 3L);
            assertThatThrownBy(impatient::call).isInstanceOf(Later.class);
            over.countDown();
            for (Future<Answer> call : calls) {
                assertThat(call.get().found()).isTrue();
            }
            assertThat(impatient.call().found()).isTrue();
        }
        assertThat(there.mostUnderWay()).isEqualTo(3);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatEarlierReplicasUsedCountsAfterARestart() throws Exception {
        String[] settings = {"limit", "2", "window", "1H", "patience", "0S"};
        try (Replica first = replica(settings)) {
            first.call();
            first.call();
        }
        try (Replica second = replica(settings)) {
            assertThatThrownBy(second::call).isInstanceOf(Later.class);
        }
        assertThat(there.heard()).hasSize(2);
    }

    @Test
    void theSlotsOfADeadReplicaComeBack() throws Exception {
        // Its calls begin and never end; the leases are 5 s and the time-out.
        SharedQuota dead = shared("concurrency", "2", "timeout", "1MS");
        assertThat(dead.begin("a")).contains(Duration.ZERO);
        assertThat(dead.begin("b")).contains(Duration.ZERO);
        try (Replica alive = replica("concurrency", "2", "patience", "0S")) {
            assertThatThrownBy(alive::call).isInstanceOf(Later.class);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(alive.call().found()).isTrue());
            assertThat(alive.figures()).containsEntry("underWay", 0L);
            assertThat(alive.figures()).containsEntry("used", 3L);
        }
    }

    private SharedQuota shared(String... settings) {
        return Replica.shared(name, there.url("/"), redis, settings);
    }

    @Test
    void nothingIsUsedByACallThatWasNotMade() {
        SharedQuota quota = shared("limit", "1", "window", "1H");
        assertThat(quota.begin("a")).contains(Duration.ZERO);
        assertThat(quota.begin("b").orElseThrow()).isPositive();
        quota.end("a", null);
        assertThat(quota.begin("b")).contains(Duration.ZERO);
    }

    @Test
    void eachReplicaBoundsItselfWhileRedisIsDownAndSharesAgainWhenItIsBack() throws Exception {
        String[] settings = {"limit", "3", "window", "1H", "patience", "0S"};
        RedisServers.end();
        try (Replica one = replica(settings);
                Replica two = replica(settings)) {
            try {
                for (Replica each : List.of(one, two)) {
                    for (int i = 0; i < 3; i++) {
                        assertThat(each.call().found()).isTrue();
                    }
                    assertThatThrownBy(each::call).isInstanceOf(Later.class);
                    assertThat(each.figures()).containsEntry("shared", false).containsEntry("used", 3L);
                }
            } finally {
                RedisServers.startAgain();
            }
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                TestClock.advance(Duration.ofSeconds(3));
                assertThat(one.figures()).containsEntry("shared", true);
            });
            // An empty Redis allows everything; what this replica has used, it still knows.
            assertThatThrownBy(one::call).isInstanceOf(Later.class);
        }
        assertThat(there.heard()).hasSize(6);
    }

    @Test
    void readsRetryAfterInBothFormsAndDoesNotBelieveEverything() {
        TestClock.set(java.time.Instant.parse("2026-11-25T12:00:00Z"));
        TestClock clock = new TestClock();
        assertThat(RetryAfter.of("7", clock)).contains(Duration.ofSeconds(7));
        assertThat(RetryAfter.of("999999999999999", clock)).contains(Duration.ofHours(1));
        assertThat(RetryAfter.of("Wed, 25 Nov 2026 12:10:00 GMT", clock).orElseThrow())
                .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
        assertThat(RetryAfter.of("Wed, 25 Nov 2025 12:10:00 GMT", clock)).isEmpty();
        assertThat(RetryAfter.of("-3", clock)).isEmpty();
        assertThat(RetryAfter.of("soon", clock)).isEmpty();
        assertThat(RetryAfter.of(null, clock)).isEmpty();
    }
}
