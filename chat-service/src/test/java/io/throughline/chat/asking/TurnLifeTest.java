package io.throughline.chat.asking;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.chat.EventReader;
import io.throughline.chat.ServerSentEvents.Event;
import io.throughline.chat.StuckModel;
import io.throughline.chat.SuiteStub;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers come and go; the model says "Once upon " and the rest when it is let. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(
        value = SuiteStub.class,
        initArgs = {
            @ResourceArg(name = "key", value = "sk-stub"),
            @ResourceArg(name = "stuck", value = "yes"),
            @ResourceArg(name = "throughline.chat.stream.heartbeat", value = "0.3S"),
            @ResourceArg(name = "throughline.chat.stream.grace", value = "3S"),
            @ResourceArg(name = "throughline.chat.stream.kept", value = "0S")
        })
class TurnLifeTest {

    @TestHTTPResource
    URI service;

    private TestKey key;

    @BeforeEach
    void begin() {
        StuckModel.reset();
        key = TestKeys.issue();
    }

    @Test
    void sendsHeartbeatsWhileNothingElseComes() {
        try (EventReader reader = EventReader.ask(service, key.apiKey(), "Tell me")) {
            Awaitility.await().until(() -> reader.received().split(": still there", -1).length > 3);
            StuckModel.goOn();
            Awaitility.await().until(() -> names(reader).contains("done"));
            assertThat(names(reader)).containsExactly("token", "token", "done");
        }
    }

    @Test
    void goesOnForAReaderWhoComesBack() {
        String location;
        String last;
        try (EventReader reader = EventReader.ask(service, key.apiKey(), "Tell me")) {
            Awaitility.await().until(() -> names(reader).contains("token"));
            location = reader.location();
            last = reader.events().getLast().id();
        }
        try (EventReader again = EventReader.resume(service, key.apiKey(), location, last)) {
            Awaitility.await().until(() -> again.received().contains("text/event-stream"));
            StuckModel.goOn();
            Awaitility.await().until(() -> names(again).contains("done"));
            assertThat(names(again)).containsExactly("token", "done");
            assertThat(JsonPath.from(again.events().getFirst().data()).getString("text"))
                    .isEqualTo("a time.");
            assertThat(JsonPath.from(again.events().getLast().data()).getString("reply"))
                    .isEqualTo("Once upon a time.");
        }
        assertThat(StuckModel.CALLS).hasValue(1);
        assertThat(StuckModel.GIVEN_UP).hasValue(0);
    }

    @Test
    void resumesAStoredReplyFromItsMiddle() {
        StuckModel.goOn();
        String location;
        String first;
        try (EventReader reader = EventReader.ask(service, key.apiKey(), "Tell me")) {
            Awaitility.await().until(() -> names(reader).contains("done"));
            location = reader.location();
            first = reader.events().getFirst().id();
        }
        try (EventReader again = EventReader.resume(service, key.apiKey(), location, first)) {
            Awaitility.await().until(() -> names(again).contains("done"));
            assertThat(JsonPath.from(again.events().getFirst().data()).getString("text"))
                    .isEqualTo("a time.");
        }
        given().header("X-API-Key", key.apiKey())
                .get(location)
                .then()
                .statusCode(200)
                .body("data.reply", is("Once upon a time."))
                .body("data.usage.inputTokens", is(40))
                .body("data.model", is("claude-stuck"));
        given().header("X-API-Key", key.apiKey()).delete(location).then().statusCode(409);
    }

    @Test
    void freesTheProviderAtOnceWhenCancelled() {
        try (EventReader reader = EventReader.ask(service, key.apiKey(), "Tell me")) {
            Awaitility.await().until(() -> names(reader).contains("token"));
            given().header(
                            "X-API-Key",
                            TestKeys.issue(key.tenantId(), "read", "write").apiKey())
                    .delete(reader.location())
                    .then()
                    .statusCode(404);
            given().header("X-API-Key", key.apiKey())
                    .delete(reader.location())
                    .then()
                    .statusCode(204);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(StuckModel.GIVEN_UP).hasValue(1));
            Awaitility.await().until(() -> names(reader).contains("error"));
            Event error = reader.events().getLast();
            assertThat(JsonPath.from(error.data()).getString("code")).isEqualTo("cancelled");
        }
        assertThat(conversations()).isZero();
    }

    @Test
    void freesTheProviderWhenNobodyComesBack() {
        try (EventReader reader = EventReader.ask(service, key.apiKey(), "Tell me")) {
            Awaitility.await().until(() -> names(reader).contains("token"));
        }
        Awaitility.await().untilAsserted(() -> assertThat(StuckModel.GIVEN_UP).hasValue(1));
        assertThat(conversations()).isZero();
    }

    @Test
    void letsTheNextOneComputeWhenTheFirstIsCancelled() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                EventReader first = EventReader.ask(service, key.apiKey(), "The same")) {
            Awaitility.await().until(() -> names(first).contains("token"));
            Future<String> second = threads.submit(() -> given().header("X-API-Key", key.apiKey())
                    .contentType("application/json")
                    .body(Map.of("message", "the same"))
                    .post("/api/chat")
                    .<String>path("data.reply"));
            Awaitility.await().until(() -> underWay() == 2);
            assertThat(StuckModel.CALLS).as("the second waits for the first").hasValue(1);
            given().header("X-API-Key", key.apiKey())
                    .delete(first.location())
                    .then()
                    .statusCode(204);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(StuckModel.GIVEN_UP).hasValue(1));
            StuckModel.goOn();
            assertThat(second.get()).isEqualTo("Once upon a time.");
            assertThat(StuckModel.CALLS).hasValue(2);
        }
    }

    private long underWay() {
        return given().header("X-API-Key", key.apiKey())
                .get("/internal/monitor")
                .jsonPath()
                .getLong("data.chat.underWay");
    }

    private int conversations() {
        return given().header("X-API-Key", key.apiKey())
                .get("/api/chat/conversations")
                .jsonPath()
                .getList("data")
                .size();
    }

    private static List<String> names(EventReader reader) {
        return reader.events().stream().map(Event::name).toList();
    }
}
