package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From a file of contacts to a report, through public interfaces, every figure compared with an independent count. */
@ExtendWith(SharedSuite.class)
class JourneyIT {

    @TempDir
    Path directory;

    @Test
    void takesAFileOfContactsToAReportThatIsExact(SharedSuite.Stage stage) throws Exception {
        Recipients recipients = Recipients.read(directory);
        long seed = new Random().nextLong();
        System.out.println("JourneyIT seed " + seed);
        MailServer mail = stage.mail();
        RunningSuite suite = stage.suite();
        Client client = stage.client();
        Journey journey = new Journey(client, recipients);
        OtherSystem other = new OtherSystem(suite.bootstrapServers(), stage.tenant());

        journey.makeInstance();
        List<JsonNode> pushed = new CopyOnWriteArrayList<>();
        client.socket("/api/jobs/stream", new PushedMessages(pushed::add));
        journey.requestImport();
        journey.awaitImport();
        Journey.patiently("the end of the import is pushed")
                .untilAsserted(() -> assertThat(pushed)
                        .anyMatch(message -> message.path("type").asText().equals("job.completed")
                                && message.path("data").path("jobId").asText().equals(journey.importJob())));
        assertThat(pushed).anyMatch(message -> message.path("type").asText().equals("job.progress"));

        journey.enrollAll();
        journey.activate();
        Journey.patiently("everybody is sent step 1")
                .until(() -> Journey.total(journey.report(), "sent") >= recipients.count());
        checkMails(mail, recipients);
        Map<String, String> enrollments = journey.enrollments();
        assertThat(enrollments.values())
                .containsExactlyInAnyOrderElementsOf(recipients.firstNames().keySet());
        assertThat(other.sentEnrollments(journey.instance())).isEqualTo(enrollments.keySet());

        Engagement engagement = Engagement.of(
                enrollments.keySet().stream().sorted().toList(),
                Clock.systemUTC().instant(),
                new Random(seed));
        other.publish(journey.instance(), engagement.published());
        Journey.patiently("the report is exact, seed " + seed)
                .untilAsserted(() ->
                        ReportCheck.compare(journey.report(), engagement, recipients.count(), recipients.count()));
        for (String enrollment :
                engagement.enrollmentsWith("replied").stream().limit(5).toList()) {
            assertThat(journey.statusOf(enrollment)).isEqualTo("replied");
        }
        checkChat(client, engagement, recipients.count());
        checkJobsAndMonitor(client);
        assertThat(mail.received()).as("nobody was sent anything more").isEqualTo(recipients.count());
    }

    private static void checkMails(MailServer mail, Recipients recipients) throws Exception {
        Map<String, List<MailServer.Mail>> received = mail.byRecipient();
        assertThat(received.keySet()).isEqualTo(recipients.firstNames().keySet());
        received.forEach((recipient, mails) -> {
            assertThat(mails).as(recipient).hasSize(1);
            String firstName = recipients.firstNames().get(recipient);
            assertThat(mails.getFirst().subject()).isEqualTo("Hello " + firstName);
            assertThat(mails.getFirst().body()).contains("Welcome, " + firstName + ".");
            assertThat(mails.getFirst().messageId()).matches("<[0-9a-f-]{36}@[^>]+>");
        });
    }

    private static void checkChat(Client client, Engagement engagement, int enrolled) {
        String reply = client.post("/api/chat", "{\"message\":\"how is the campaign doing?\"}")
                .path("data")
                .path("reply")
                .asText();
        assertThat(reply)
                .contains(Integer.toString(enrolled))
                .contains(Long.toString(engagement.byType().get("opened").unique()))
                .contains(Long.toString(engagement.byType().get("replied").unique()));
    }

    private static void checkJobsAndMonitor(Client client) {
        for (String type : Set.of("import", "outreach")) {
            assertThat(client.get("/api/jobs?type=" + type).path("data"))
                    .as(type)
                    .isNotEmpty();
        }
        JsonNode monitor = client.get("/api/monitor").path("data");
        assertThat(monitor.path("services").size()).as(monitor.toString()).isEqualTo(5);
    }
}
