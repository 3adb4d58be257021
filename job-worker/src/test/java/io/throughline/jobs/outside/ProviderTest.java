package io.throughline.jobs.outside;

import static io.throughline.jobs.outside.ScriptedProvider.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.jobs.outside.OutsideFailure.Later;
import io.throughline.jobs.outside.OutsideFailure.Refused;
import io.throughline.jobs.outside.OutsideFailure.Unavailable;
import io.throughline.platform.test.EmbeddedServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One replica and a provider that misbehaves. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class ProviderTest {

    private final ScriptedProvider there = new ScriptedProvider();
    private final String name = Replica.freshName();

    @AfterEach
    void end() {
        there.close();
    }

    private Replica replica(String... settings) {
        return new Replica(name, there.url("/people?who={email}"), settings);
    }

    @Test
    void sendsParametersEncodedAndSaysWhoAsksAndWhichAttemptItIs() throws Exception {
        there.always(saying(200, "{\"a\":1}"));
        try (Replica replica = replica("api-key", "secret")) {
            Answer answer = replica.call(Map.of("email", "a&b=c/../ü@x.example"));
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
        }
        ScriptedProvider.Heard heard = there.heard().getFirst();
        assertThat(heard.uri()).isEqualTo("/people?who=a%26b%3Dc%2F..%2F%C3%BC%40x.example");
        assertThat(heard.header("Authorization")).isEqualTo("Bearer secret");
        assertThat(heard.header("Idempotency-Key")).isEqualTo("key");
        assertThat(heard.header("Throughline-Attempt")).isEqualTo("key/1");
    }

    @Test
    void postsParametersAsJsonAndTheKeyInTheHeaderItIsToldTo() throws Exception {
        try (Replica replica = replica("method", "POST", "api-key", "secret", "key-header", "X-Key")) {
            replica.call(Map.of("email", "ann@x.example"));
        }
        ScriptedProvider.Heard heard = there.heard().getFirst();
        assertThat(heard.method()).isEqualTo("POST");
        assertThat(heard.body()).isEqualTo("{\"email\":\"ann@x.example\"}");
        assertThat(heard.header("X-Key")).isEqualTo("secret");
        assertThat(heard.header("Authorization")).isNull();
    }

    @Test
    void postsOnceWhateverBecomesOfIt() {
        there.always(saying(500, ""));
        try (Replica replica = replica("method", "POST", "retries", "5", "retry-ratio", "1")) {
            assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class);
        }
        assertThat(there.heard()).hasSize(1);
    }

    @Test
    void asksAgainWhenAGetFails() throws Exception {
        there.next(saying(500, "")).always(saying(200, "{}"));
        try (Replica replica = replica("backoff", "1MS")) {
            assertThat(replica.call().found()).isTrue();
        }
        assertThat(there.heard()).hasSize(2);
    }

    @Test
    void retriesAFifthOfItsCallsAtMost() {
        there.always(saying(500, ""));
        int calls = 100;
        try (Replica replica = replica("backoff", "1MS", "limit", "1000", "breaker-calls", "1000")) {
            for (int i = 0; i < calls; i++) {
                assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class);
            }
        }
        // The one that is there from the beginning, and one in five.
        assertThat(there.heard()).hasSizeBetween(calls + calls / 5, calls + calls / 5 + 1);
    }

    @Test
    void leavesAFailingProviderAloneAndTriesItAgainAfterARest() throws Exception {
        there.always(saying(500, ""));
        try (Replica replica =
                replica("method", "POST", "breaker-calls", "4", "breaker-rest", "500MS", "patience", "0S")) {
            for (int i = 0; i < 4; i++) {
                assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class);
            }
            Later later = catchThrowableOfType(Later.class, replica::call);
            assertThat(later.after()).isPositive().isLessThanOrEqualTo(Duration.ofMillis(500));
            assertThat(there.heard()).hasSize(4);
            assertThat(replica.figures()).containsEntry("circuit", "open");

            there.always(saying(200, "{}"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(replica.call().found()).isTrue());
            assertThat(replica.figures()).containsEntry("circuit", "closed");
        }
    }

    @Test
    void waitsForAFailingProvidersRestWhenItIsShort() throws Exception {
        there.next(saying(500, ""), saying(500, "")).always(saying(200, "{}"));
        try (Replica replica = replica("method", "POST", "breaker-calls", "2", "breaker-rest", "500MS")) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class);
            }
            assertThat(replica.call().found()).isTrue();
            assertThat(replica.figures()).containsEntry("circuit", "closed");
        }
        long waited = there.heard().get(2).atNanos() - there.heard().get(1).atNanos();
        assertThat(Duration.ofNanos(waited)).isGreaterThanOrEqualTo(Duration.ofMillis(450));
    }

    @Test
    void refusalsOpenNoCircuit() {
        there.always(saying(400, ""));
        try (Replica replica = replica("breaker-calls", "4")) {
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(replica::call).isInstanceOf(Refused.class);
            }
        }
        assertThat(there.heard()).hasSize(10);
    }

    @Test
    void waitsAsLongAsTheProviderAsksForAndOtherReplicasDo() throws Exception {
        there.next(saying(429, "", "Retry-After", "2"));
        try (Replica replica = replica("patience", "10S", "backoff", "1MS");
                Replica other = replica("patience", "10S")) {
            assertThat(replica.call().found()).isTrue();
            long waited = there.heard().get(1).atNanos() - there.heard().get(0).atNanos();
            assertThat(Duration.ofNanos(waited)).isGreaterThanOrEqualTo(Duration.ofMillis(1900));

            there.next(saying(429, "", "Retry-After", "3600"));
            assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class);
            int heard = there.heard().size();
            assertThat(catchThrowableOfType(Later.class, replica::call).after()).isGreaterThan(Duration.ofMinutes(50));
            assertThat(catchThrowableOfType(Later.class, other::call).after()).isGreaterThan(Duration.ofMinutes(50));
            assertThat(there.heard()).hasSize(heard);
            assertThat((Double) other.figures().get("pauseSeconds")).isGreaterThan(3000.0);
        }
    }

    @Test
    void aPauseIsAskedForByA503AsWell() {
        there.always(saying(503, "", "Retry-After", "600"));
        try (Replica replica = replica()) {
            assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class);
            assertThatThrownBy(replica::call).isInstanceOf(Later.class);
        }
        assertThat(there.heard()).hasSize(1);
    }

    @Test
    void givesUpAnAnswerThatDoesNotBeginOrDoesNotEnd() {
        CountDownLatch over = new CountDownLatch(1);
        there.next(exchange -> await(over), exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await(over);
        });
        try (Replica replica = replica("timeout", "300MS", "retries", "0")) {
            assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class).hasMessage("no answer within 300 ms");
            assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class).hasMessage("no answer within 300 ms");
            assertThat(replica.figures()).containsEntry("underWay", 0L);
        } finally {
            over.countDown();
        }
        assertThat(there.heard()).hasSize(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void hangsUpOnAHugeAnswer() {
        there.always(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = new byte[65_536];
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(part);
            }
        });
        try (Replica replica = replica("timeout", "60S")) {
            assertThatThrownBy(replica::call).isInstanceOf(Refused.class).hasMessageContaining("larger than 1048576");
        }
        assertThat(there.heard()).hasSize(1);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> there.underWay() == 0);
    }

    @Test
    void followsNoRedirect() {
        there.always(saying(302, "", "Location", there.url("/elsewhere")));
        try (Replica replica = replica()) {
            assertThatThrownBy(replica::call).isInstanceOf(Refused.class).hasMessage("the provider answered 302");
        }
        assertThat(there.heard()).hasSize(1);
    }

    @Test
    void nobodyThereIsUnavailable() {
        String url = there.url("/");
        there.close();
        try (Replica replica = new Replica(name, url, "backoff", "1MS")) {
            assertThatThrownBy(replica::call).isInstanceOf(Unavailable.class).hasMessage("no answer: ConnectException");
        }
    }

    @Test
    void failuresNameNoParameter() {
        there.always(saying(500, "ann@x.example"));
        try (Replica replica = replica("backoff", "1MS")) {
            assertThatThrownBy(() -> replica.call(Map.of("email", "ann@x.example")))
                    .hasMessage("the provider answered 500");
        }
    }

    @Test
    void countsCallsByOutcomeAndWhatTheyCost() throws Exception {
        there.next(saying(200, "{}"), saying(404, ""), saying(200, "{}"));
        try (Replica replica = replica("cost-per-call", "0.015")) {
            for (int i = 0; i < 3; i++) {
                replica.call();
            }
            assertThat(replica.figures())
                    .containsEntry("callsToday", 3L)
                    .containsEntry("used", 3L)
                    .containsEntry("limit", 100)
                    .containsEntry("shared", true)
                    .hasEntrySatisfying("costToday", cost -> assertThat(cost).hasToString("0.03"));
            assertThat(replica.meters.get("throughline.outside.cost").counter().count())
                    .isEqualTo(0.03);
            assertThat(replica.meters
                            .get("throughline.outside.calls")
                            .tag("outcome", "answered")
                            .timer()
                            .count())
                    .isEqualTo(2);
            assertThat(replica.meters
                            .get("throughline.outside.quota.used")
                            .gauge()
                            .value())
                    .isEqualTo(3.0);
        }
    }

    @Test
    void aUrlOfAnotherKindStopsTheStart() {
        assertThatThrownBy(() -> new Replica(name, "file:///etc/passwd"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("throughline.outside." + name + ".url");
    }
}
