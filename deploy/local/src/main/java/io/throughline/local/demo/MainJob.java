package io.throughline.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.local.producer.EngagementProducer;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** From a file of contacts to a report, as a user would do it, each figure compared. Eight steps, printed as they go. */
public final class MainJob {

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final StackState stack;
    private final ContactFile contacts;
    private final Api api;
    private final Figures figures = new Figures();

    public MainJob(StackState stack, ContactFile contacts) {
        this.stack = stack;
        this.contacts = contacts;
        this.api = new Api(stack.gateway().url(), stack.apiKey());
    }

    public void run() throws Exception {
        Instant began = Instant.now();
        int people = contacts.emails().size();
        System.out.println("1. A template with three email steps, and an instance of it");
        String instance = createInstance();
        System.out.println("2. Import of " + contacts.path() + " (" + contacts.rows() + " rows)");
        String importJob = importContacts();
        System.out.println("3. All of them enrolled with one call, the instance activated");
        int mailsBefore = mails();
        JsonNode enrolled = enroll(instance, importJob);
        figures.same(
                "enrolled",
                people,
                enrolled.path("created").asInt() + enrolled.path("existing").asInt());
        api.post("/api/campaigns/instances/" + instance + "/activate", Map.of());
        System.out.println("4. Step 1 goes out by SMTP");
        awaitSent(instance, people, mailsBefore);
        System.out.println("5. Another system publishes what recipients did");
        JsonNode expected = produce(instance);
        System.out.println("6. The report, compared with what was published");
        compare(instance, people, expected);
        System.out.println("7. \"How is the campaign doing?\"");
        System.out.println("     "
                + data(api.post("/api/chat", Map.of("message", "how is the campaign doing?")))
                        .path("reply")
                        .asText()
                        .replace("\n", "\n     "));
        System.out.println("8. Jobs and monitor");
        data(api.get("/api/jobs?limit=5"))
                .forEach(job -> System.out.printf(
                        "     %-12s %-11s %s%n",
                        job.path("type").asText(),
                        job.path("status").asText(),
                        job.path("jobId").asText()));
        System.out.println("     monitor: " + data(api.get("/api/monitor")));
        figures.conclude();
        System.out.printf(
                "Every figure is right. It took %d s.%n",
                Duration.between(began, Instant.now()).toSeconds());
    }

    private String createInstance() {
        JsonNode template = data(api.post(
                "/api/campaigns/templates",
                Map.of(
                        "name",
                        "Welcome in three mails",
                        "steps",
                        List.of(
                                step("PT0S", "Hello {{firstName}}", "Hello {{firstName}} of {{company}}, welcome."),
                                step(
                                        "P3D",
                                        "{{firstName}}, did you have a look?",
                                        "Three days have passed, {{firstName}}."),
                                step("P5D", "Last call, {{firstName}}", "This is the last mail, {{firstName}}.")))));
        JsonNode instance = data(api.post(
                "/api/campaigns/instances",
                Map.of(
                        "name",
                        "Demo of " + Instant.now(),
                        "templateId",
                        id(template),
                        "sender",
                        "Ann <ann@example.com>")));
        System.out.println(
                "     instance " + id(instance) + ", " + instance.path("status").asText());
        return id(instance);
    }

    private static Map<String, String> step(String delay, String subject, String body) {
        return Map.of("channel", "email", "delay", delay, "subject", subject, "body", body);
    }

    private String importContacts() throws Exception {
        JobFeed feed = new JobFeed();
        WebSocket socket = api.socket("/api/jobs/stream", feed).get();
        String mapping = URLEncoder.encode(Api.json(ContactFile.MAPPING), StandardCharsets.UTF_8);
        Instant began = Instant.now();
        JsonNode accepted = data(api.post(
                "/api/import/csv?fieldMapping=" + mapping, BodyPublishers.ofFile(contacts.path()), "text/csv"));
        String job = accepted.path("jobId").asText();
        boolean pushed = awaitPush(feed, job);
        JsonNode done = data(api.await(
                "the import",
                "/api/jobs/" + job,
                PATIENCE,
                MainJob::isEnded,
                answer -> data(answer).path("status").asText()));
        System.out.printf(
                "     took %d ms%n", Duration.between(began, Instant.now()).toMillis());
        socket.abort();
        JsonNode result = done.path("result");
        figures.same("end of the import pushed", true, pushed);
        figures.same("import status", "completed", done.path("status").asText());
        figures.same("rows", contacts.rows(), result.path("rows").asInt());
        figures.same(
                "created + updated",
                contacts.emails().size(),
                result.path("created").asInt() + result.path("updated").asInt());
        figures.same(
                "duplicates in the file",
                contacts.rows() - contacts.emails().size(),
                result.path("duplicates").asInt());
        figures.same("failed", 0, result.path("failed").asInt());
        return job;
    }

    private static boolean awaitPush(JobFeed feed, String job) throws Exception {
        try {
            feed.awaitEnd(job, 60);
            return true;
        } catch (TimeoutException silent) {
            return false;
        }
    }

    private static boolean isEnded(JsonNode answer) {
        return List.of("completed", "failed", "cancelled")
                .contains(data(answer).path("status").asText());
    }

    private JsonNode enroll(String instance, String importJob) {
        Instant began = Instant.now();
        JsonNode answer = data(api.post(
                "/api/campaigns/instances/" + instance + "/enrollments/bulk",
                Map.of("filter", Map.of("importJobId", importJob))));
        System.out.printf(
                "     took %d ms%n", Duration.between(began, Instant.now()).toMillis());
        return answer;
    }

    private void awaitSent(String instance, int people, int mailsBefore) {
        JsonNode report = api.await(
                "sent by the report",
                performance(instance),
                PATIENCE,
                answer -> stage(answer, "sent") >= people,
                answer -> Integer.toString(stage(answer, "sent")));
        figures.same("sent", people, stage(report, "sent"));
        if (stack.smtp().embedded()) {
            figures.same("mails in the sink", people, mails() - mailsBefore);
            JsonNode mail = api.get("/_local/mail?limit=1").path(0);
            System.out.println("     for example: " + mail.path("subject").asText() + " to "
                    + mail.path("to").asText());
        }
    }

    private int mails() {
        return stack.smtp().embedded()
                ? api.get("/_local/mail/count").path("count").asInt()
                : 0;
    }

    /** In its own JVM: nothing but a Kafka client and the contract. */
    private JsonNode produce(String instance) throws Exception {
        Path summary = Files.createTempFile("throughline-expected-", ".json");
        Process producer = new ProcessBuilder(
                        Child.java(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        Child.classPath(),
                        EngagementProducer.class.getName(),
                        stack.gateway().url(),
                        stack.apiKey(),
                        String.valueOf(stack.tenant()),
                        stack.kafka().bootstrapServers(),
                        instance,
                        Long.toString(System.nanoTime()),
                        summary.toString())
                .inheritIO()
                .start();
        if (producer.waitFor() != 0) {
            throw new StackFailure("The producer program failed.", "./throughline logs kafka");
        }
        JsonNode expected = new ObjectMapper().readTree(summary.toFile());
        Files.delete(summary);
        return expected;
    }

    private void compare(String instance, int people, JsonNode expected) {
        int replied = expected.path("events").path("replied").path("unique").asInt();
        int events = expected.path("distinctEvents").asInt() + people;
        JsonNode report = api.await(
                "events in the report",
                performance(instance),
                PATIENCE,
                answer -> total(answer) >= events && byStatus(answer, "replied") >= replied,
                answer -> total(answer) + " of " + events);
        expected.path("events").properties().forEach(type -> {
            figures.same(
                    type.getKey() + " in total",
                    type.getValue().path("total").asInt(),
                    event(report, type.getKey()).path("total").asInt());
            figures.same(
                    type.getKey() + ", each enrollment once",
                    type.getValue().path("unique").asInt(),
                    event(report, type.getKey()).path("unique").asInt());
        });
        for (String name : List.of("opened", "clicked", "replied")) {
            figures.same(
                    "funnel " + name,
                    expected.path("events").path(name).path("unique").asInt(),
                    stage(report, name));
        }
        figures.same("enrollments replied", replied, byStatus(report, "replied"));
        String one = expected.path("oneReplied").asText();
        figures.same(
                "status of one who replied",
                "replied",
                data(api.get("/api/enrollments/" + one)).path("status").asText());
    }

    private static String performance(String instance) {
        return "/api/campaigns/instances/" + instance + "/performance?days=30";
    }

    private static JsonNode data(JsonNode answer) {
        return answer.path("data");
    }

    private static String id(JsonNode data) {
        return data.path("id").asText();
    }

    private static int byStatus(JsonNode report, String status) {
        return data(report).path("enrollments").path("byStatus").path(status).asInt();
    }

    private static int stage(JsonNode report, String name) {
        for (JsonNode stage : data(report).path("funnel")) {
            if (stage.path("stage").asText().equals(name)) {
                return stage.path("count").asInt();
            }
        }
        return 0;
    }

    private static JsonNode event(JsonNode report, String type) {
        for (JsonNode event : data(report).path("events")) {
            if (event.path("eventType").asText().equals(type)) {
                return event;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private static int total(JsonNode report) {
        int total = 0;
        for (JsonNode event : data(report).path("events")) {
            total += event.path("total").asInt();
        }
        return total;
    }
}
