package io.throughline.chat.asking;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.chat.SuiteStub;
import io.throughline.chat.asking.Answerer.Answer;
import io.throughline.chat.claude.ClaudeStub;
import io.throughline.chat.tool.SuiteReads;
import io.throughline.chat.tool.Visit;
import io.throughline.platform.access.Caller;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.RedisServers;
import io.throughline.platform.test.TestClock;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = SuiteStub.class, initArgs = @ResourceArg(name = "key", value = "sk-stub"))
class AnswerCacheTest {

    @Inject
    SuiteReads suite;

    @Inject
    SharedAnswers shared;

    @Inject
    AskingSettings settings;

    @Inject
    Clock clock;

    private TestKey key;

    @BeforeEach
    void suite() {
        SuiteStub.usualSuite();
        key = TestKeys.issue();
    }

    @AfterEach
    void clock() {
        TestClock.reset();
    }

    @Test
    void answersTheSameQuestionOnceForAnHour() {
        ClaudeStub.answers(ClaudeStub.says("Good."));
        JsonPath first = ask(Map.of("message", "How are things?"));
        JsonPath second = ask(Map.of("message", "  how are\n THINGS? "));
        assertThat(first.getBoolean("data.cached")).isFalse();
        assertThat(second.getBoolean("data.cached")).isTrue();
        assertThat(second.getString("data.reply")).isEqualTo("Good.");
        assertThat(second.getLong("data.usage.inputTokens")).isZero();
        assertThat(second.getString("data.messageId")).isNotEqualTo(first.getString("data.messageId"));
        assertThat(ClaudeStub.calls()).hasSize(1);
        TestClock.advance(Duration.ofMinutes(61));
        assertThat(ask(Map.of("message", "How are things?")).getBoolean("data.cached"))
                .isFalse();
    }

    @Test
    void knowsAnotherContextAnotherTenantAndOtherRights() {
        ClaudeStub.answers(ClaudeStub.says("Good."));
        String conversation = ask(Map.of("message", "one?")).getString("data.conversationId");
        ask(Map.of("message", "two?", "conversationId", conversation));
        assertThat(ask(Map.of("message", "two?")).getBoolean("data.cached"))
                .as("asked without what was said before")
                .isFalse();
        TestKey colleague = TestKeys.issue(key.tenantId(), "read", "write");
        TestKey more = TestKeys.issue(key.tenantId(), "read", "write", "admin");
        TestKey stranger = TestKeys.issue();
        assertThat(ask(colleague, Map.of("message", "one?")).getBoolean("data.cached"))
                .isTrue();
        assertThat(ask(more, Map.of("message", "one?")).getBoolean("data.cached"))
                .isFalse();
        assertThat(ask(stranger, Map.of("message", "one?")).getBoolean("data.cached"))
                .isFalse();
    }

    @Test
    void asksAgainWhenTheDataHasChanged() {
        ClaudeStub.answers(
                ClaudeStub.uses("campaign_performance", "{\"campaign_id\":\"" + SuiteStub.CAMPAIGN + "\"}"),
                ClaudeStub.says("3984 opened."),
                ClaudeStub.uses("campaign_performance", "{\"campaign_id\":\"" + SuiteStub.CAMPAIGN + "\"}"),
                ClaudeStub.says("3985 opened."));
        ask(Map.of("message", "How many opened?"));
        assertThat(ask(Map.of("message", "How many opened?")).getBoolean("data.cached"))
                .isTrue();
        SuiteStub.answer(
                "/api/campaigns/instances/" + SuiteStub.CAMPAIGN + "/performance",
                SuiteStub.report(10000, 9950, 3985, 812, 120, 50));
        JsonPath changed = ask(Map.of("message", "How many opened?"));
        assertThat(changed.getBoolean("data.cached")).isFalse();
        assertThat(changed.getString("data.reply")).endsWith("3985 opened.");
    }

    @Test
    void keepsAnswersAboutTheMomentForHalfAMinute() {
        ClaudeStub.answers(
                ClaudeStub.uses("list_jobs", "{\"status\":\"failed\"}"),
                ClaudeStub.says("One failed."),
                ClaudeStub.uses("list_jobs", "{\"status\":\"failed\"}"),
                ClaudeStub.says("One failed."));
        ask(Map.of("message", "What failed?"));
        TestClock.advance(Duration.ofSeconds(29));
        assertThat(ask(Map.of("message", "What failed?")).getBoolean("data.cached"))
                .isTrue();
        TestClock.advance(Duration.ofSeconds(2));
        assertThat(ask(Map.of("message", "What failed?")).getBoolean("data.cached"))
                .isFalse();
    }

    @Test
    void keepsNoAnswerThatProposesSomethingOrIsNotWhole() {
        ClaudeStub.answers(
                ClaudeStub.uses("propose_pause_campaign", "{\"campaign_id\":\"" + SuiteStub.CAMPAIGN + "\"}"),
                ClaudeStub.says("Confirm it."),
                ClaudeStub.stream(ClaudeStub.textMessage("refusal")));
        ask(Map.of("message", "Pause it"));
        assertThat(ask(Map.of("message", "Pause it")).getBoolean("data.cached")).isFalse();
        assertThat(ask(Map.of("message", "Pause it")).getBoolean("data.cached")).isFalse();
    }

    @Test
    void computesOnceForManyWhoAskAtOnce() throws Exception {
        ClaudeStub.answers(ClaudeStub.says("Good.").withFixedDelay(1_000));
        List<JsonPath> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonPath>> asked = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                asked.add(threads.submit(() -> ask(Map.of("message", "All at once?"))));
            }
            for (Future<JsonPath> each : asked) {
                replies.add(each.get());
            }
        }
        assertThat(replies).extracting(reply -> reply.getString("data.reply")).containsOnly("Good.");
        assertThat(replies.stream().filter(reply -> !reply.getBoolean("data.cached")))
                .hasSize(1);
        assertThat(ClaudeStub.calls()).hasSize(1);
    }

    @Test
    void failsForAllWhoWaitedInsteadOfOneByOne() throws Exception {
        ClaudeStub.answers(ClaudeStub.refuses(529, "overloaded_error").withFixedDelay(1_000));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> asked = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                asked.add(threads.submit(() -> given().header("X-API-Key", key.apiKey())
                        .contentType("application/json")
                        .body(Map.of("message", "All at once?"))
                        .post("/api/chat")
                        .statusCode()));
            }
            for (Future<Integer> each : asked) {
                assertThat(each.get()).isEqualTo(503);
            }
        }
        assertThat(ClaudeStub.calls()).hasSizeLessThan(10);
    }

    @Test
    void reachesOtherReplicasThroughRedis() {
        AnswerCache one = new AnswerCache(suite, shared, settings, clock, new SimpleMeterRegistry());
        AnswerCache other = new AnswerCache(suite, shared, settings, clock, new SimpleMeterRegistry());
        Visit visit = visit();
        String question = "chat:answer:" + Ids.next();
        one.keep(question, new Answer("Good.", "m", true), visit);
        assertThat(other.find(question, visit))
                .get()
                .extracting(AnswerCache.Kept::text)
                .isEqualTo("Good.");
        assertThat(other.figures()).containsEntry("hits", 1L).containsEntry("ratio", 1.0);
    }

    @Test
    void worksWithoutRedis() throws IOException {
        RedisServers.end();
        try {
            ClaudeStub.answers(ClaudeStub.says("Good."));
            assertThat(ask(Map.of("message", "Without?")).getBoolean("data.cached"))
                    .isFalse();
            assertThat(ask(Map.of("message", "Without?")).getBoolean("data.cached"))
                    .isTrue();
        } finally {
            RedisServers.startAgain();
            Awaitility.await().until(this::redisAnswers);
        }
    }

    private boolean redisAnswers() {
        TestClock.advance(Duration.ofSeconds(3));
        shared.keep(
                "probe",
                key.tenantId(),
                new AnswerCache.Kept("", "", List.of(), clock.instant()),
                Duration.ofMinutes(1));
        return shared.find("probe", key.tenantId()).isPresent();
    }

    @Test
    void showsItsHitsInTheMonitor() {
        ClaudeStub.answers(ClaudeStub.says("Good."));
        long before = hits();
        ask(Map.of("message", "Shown?"));
        ask(Map.of("message", "Shown?"));
        assertThat(hits()).isEqualTo(before + 1);
    }

    private long hits() {
        return given().header("X-API-Key", key.apiKey())
                .get("/internal/monitor")
                .jsonPath()
                .getLong("data.'answer-cache'.hits");
    }

    private Visit visit() {
        return new Visit(new Caller(key.tenantId(), key.userId(), key.keyId(), Set.of("read")), key.apiKey());
    }

    private JsonPath ask(Map<String, ?> body) {
        return ask(key, body);
    }

    private static JsonPath ask(TestKey key, Map<String, ?> body) {
        return given().header("X-API-Key", key.apiKey())
                .contentType("application/json")
                .body(body)
                .post("/api/chat")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
