package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One running suite and one mail server for all system tests, started with the first and ended after the last, also when
 * tests fail. Each test gets a tenant of its own and an empty mailbox.
 */
final class SharedSuite implements ParameterResolver {

    /** Paths answered by five different services. */
    private static final List<String> ONE_PER_SERVICE = List.of(
            "/api/campaigns/templates", "/api/contacts", "/api/jobs", "/api/chat/conversations", "/api/monitor");

    /** @param client with the key of the test's own tenant */
    record Stage(RunningSuite suite, MailServer mail, Client client, String tenant) {}

    private record Running(RunningSuite suite, MailServer mail) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (mail) {
                suite.close();
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Stage resolveParameter(ParameterContext parameter, ExtensionContext test) {
        Running running = test.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedSuite.class))
                .computeIfAbsent(Running.class, any -> start(), Running.class);
        running.mail().empty();
        Journey.patiently("all services are ready").until(running.suite()::allReady);
        JsonNode tenant = new Client(running.suite().url(), running.suite().apiKey())
                .post(
                        "/api/account/tenants",
                        "{\"name\":\"" + test.getRequiredTestClass().getSimpleName() + "\"}")
                .path("data");
        String key = tenant.path("apiKey").asText();
        awaitKey(running.suite().url(), key);
        return new Stage(
                running.suite(),
                running.mail(),
                new Client(running.suite().url(), key),
                tenant.path("tenantId").asText());
    }

    private static Running start() {
        // The mail server's own threads complain of connections that are cut, which is what some tests do.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        try {
            MailServer mail = new MailServer();
            try {
                return new Running(RunningSuite.start(mail.url()), mail);
            } catch (IOException | InterruptedException | RuntimeException e) {
                mail.close();
                throw e;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A new key acts on every service within seconds. */
    private static void awaitKey(String url, String key) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String path : ONE_PER_SERVICE) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                        .header("X-API-Key", key)
                        .build();
                Journey.patiently("the key acts on " + path)
                        .untilAsserted(() -> assertThat(http.send(request, BodyHandlers.discarding())
                                        .statusCode())
                                .isEqualTo(200));
            }
        }
    }
}
