package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The main job, step by step, as a client of the gateway does it. */
final class Journey {

    private final Client client;
    private final Recipients recipients;
    private String instance;
    private String importJob;

    Journey(Client client, Recipients recipients) {
        this.client = client;
        this.recipients = recipients;
    }

    String instance() {
        return instance;
    }

    static ConditionFactory patiently(String what) {
        return Awaitility.await(what)
                .atMost(Duration.ofSeconds(180))
                .pollInterval(Duration.ofMillis(500))
                .pollDelay(Duration.ZERO);
    }

    void makeInstance() {
        makeInstance("""
                        {"name":"Three mails","steps":[
                          {"channel":"email","delay":"PT0S","subject":"Hello {{firstName}}",
                           "body":"Welcome, {{firstName}}.","condition":null},
                          {"channel":"email","delay":"P3D","subject":"Again, {{firstName}}","body":"Two."},
                          {"channel":"email","delay":"P5D","subject":"Last, {{firstName}}","body":"Three."}]}""");
    }

    void makeInstance(String templateJson) {
        String template = client.post("/api/campaigns/templates", templateJson)
                .path("data")
                .path("id")
                .asText();
        JsonNode made =
                client.post("/api/campaigns/instances", """
                        {"name":"System test","templateId":"%s","sender":"Ann <ann@example.com>"}""".formatted(template)).path("data");
        assertThat(made.path("status").asText()).isEqualTo("draft");
        instance = made.path("id").asText();
    }

    void requestImport() throws IOException {
        String mapping = URLEncoder.encode(Client.JSON.writeValueAsString(Recipients.MAPPING), StandardCharsets.UTF_8);
        JsonNode accepted = client.post(
                        "/api/import/csv?fieldMapping=" + mapping, BodyPublishers.ofFile(recipients.file()), "text/csv")
                .path("data");
        assertThat(accepted.path("status").asText()).isEqualTo("pending");
        importJob = accepted.path("jobId").asText();
    }

    String importJob() {
        return importJob;
    }

    void awaitImport() {
        JsonNode job = patiently("the import ends")
                .until(
                        () -> client.get("/api/jobs/" + importJob).path("data"),
                        each -> Set.of("completed", "failed", "cancelled")
                                .contains(each.path("status").asText()));
        assertThat(job.path("status").asText()).as(job.toString()).isEqualTo("completed");
        JsonNode result = job.path("result");
        assertThat(result.path("rows").asInt()).isEqualTo(recipients.count());
        assertThat(result.path("created").asInt()).isEqualTo(recipients.count());
        assertThat(result.path("updated").asInt()).isZero();
        assertThat(result.path("duplicates").asInt()).isZero();
        assertThat(result.path("failed").asInt()).isZero();
    }

    /** A call that was cut off is made again: created and existing together are everybody. */
    void enrollAll() {
        JsonNode enrolled = client.post(
                        "/api/campaigns/instances/" + instance + "/enrollments/bulk", """
                        {"filter":{"importJobId":"%s"}}""".formatted(importJob))
                .path("data");
        assertThat(enrolled.path("created").asInt() + enrolled.path("existing").asInt())
                .isEqualTo(recipients.count());
        assertThat(enrolled.path("rejected")).isEmpty();
    }

    void activate() {
        String status = client.post("/api/campaigns/instances/" + instance + "/activate", "{}")
                .path("data")
                .path("status")
                .asText();
        assertThat(status).isEqualTo("active");
    }

    /** @param how pause or resume */
    void move(String how) {
        client.post("/api/campaigns/instances/" + instance + "/" + how, "{}");
    }

    JsonNode shown() {
        return client.get("/api/campaigns/instances/" + instance).path("data");
    }

    JsonNode ledger() {
        return client.get("/api/campaigns/instances/" + instance + "/ledger").path("data");
    }

    JsonNode report() {
        return client.get("/api/campaigns/instances/" + instance + "/performance?days=30")
                .path("data");
    }

    static long total(JsonNode report, String type) {
        for (JsonNode each : report.path("events")) {
            if (each.path("eventType").asText().equals(type)) {
                return each.path("total").asLong();
            }
        }
        return 0;
    }

    static long stage(JsonNode report, String stage) {
        for (JsonNode each : report.path("funnel")) {
            if (each.path("stage").asText().equals(stage)) {
                return each.path("count").asLong();
            }
        }
        return -1;
    }

    /** All enrollments of the instance by paging through them: email address by enrollment id. */
    Map<String, String> enrollments() {
        Map<String, String> emails = new HashMap<>();
        String cursor = "";
        do {
            JsonNode page = client.get("/api/campaigns/instances/" + instance + "/enrollments?limit=200" + cursor);
            page.path("data")
                    .forEach(each -> emails.put(
                            each.path("id").asText(), each.path("email").asText()));
            cursor = next(page);
        } while (cursor != null);
        return emails;
    }

    String statusOf(String enrollment) {
        return client.get("/api/enrollments/" + enrollment)
                .path("data")
                .path("status")
                .asText();
    }

    /** Mails whose fate is not known, as the API lists them. */
    List<String> unknownRecipients() {
        return unknownMessages().stream()
                .map(each -> each.path("recipient").asText())
                .toList();
    }

    List<JsonNode> unknownMessages() {
        List<JsonNode> unknown = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    client.get("/api/outreach/messages?instanceId=" + instance + "&status=unknown&limit=200" + cursor);
            page.path("data").forEach(unknown::add);
            cursor = next(page);
        } while (cursor != null);
        return unknown;
    }

    /** What to add to ask for the next page; null: this was the last. */
    static String next(JsonNode page) {
        JsonNode next = page.path("page").path("next");
        return next.isNull() ? null : "&cursor=" + URLEncoder.encode(next.asText(), StandardCharsets.UTF_8);
    }
}
