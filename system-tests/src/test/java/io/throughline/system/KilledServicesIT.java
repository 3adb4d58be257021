package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same job while services are killed with {@code kill -9} in the middle of every step. No number changes, nobody is
 * sent anything twice; a mail that was in flight may be {@code unknown}.
 */
@ExtendWith(SharedSuite.class)
class KilledServicesIT {

    /** Four connections, ten mails each: what may be in flight when the worker dies. */
    private static final int IN_FLIGHT = 40;

    private static final int RECIPIENTS = 5_000;

    @TempDir
    Path directory;

    @Test
    void changesNoNumberWhenServicesAreKilled(SharedSuite.Stage stage) throws Exception {
        Recipients recipients = Recipients.read(directory).first(RECIPIENTS, directory);
        long seed = new Random().nextLong();
        System.out.println("KilledServicesIT seed " + seed);
        MailServer mail = stage.mail();
        RunningSuite suite = stage.suite();
        Journey journey = new Journey(stage.client(), recipients);
        OtherSystem other = new OtherSystem(suite.bootstrapServers(), stage.tenant());

        journey.makeInstance();
        journey.requestImport();
        suite.kill("job-worker");
        suite.kill("enrollment-service");
        journey.awaitImport();

        suite.kill("analytics-service");
        journey.enrollAll();
        suite.kill("campaign-service");
        suite.kill("enrollment-service");
        Journey.patiently("all services are back").until(suite::allReady);
        journey.activate();

        Journey.patiently("mails are going out").until(() -> mail.received() > recipients.count() / 10);
        suite.kill("job-worker");
        suite.kill("enrollment-service");
        int atTheKill = mail.received();
        Journey.patiently("mails go on").until(() -> mail.received() > atTheKill + recipients.count() / 10);
        suite.kill("job-worker");
        suite.kill("analytics-service");
        awaitAllDecided(journey, recipients.count());
        int sent = checkMails(mail, journey, recipients);

        Map<String, String> enrollments = journey.enrollments();
        assertThat(enrollments).hasSize(recipients.count());
        Engagement engagement = Engagement.of(
                enrollments.keySet().stream().sorted().toList(),
                Clock.systemUTC().instant(),
                new Random(seed));
        List<Engagement.Event> published = engagement.published();
        other.publish(journey.instance(), published.subList(0, published.size() / 2));
        suite.kill("analytics-service");
        suite.kill("enrollment-service");
        other.publish(journey.instance(), published.subList(published.size() / 2, published.size()));
        suite.kill("chat-service");
        Journey.patiently("the report is exact, seed " + seed)
                .untilAsserted(() -> ReportCheck.compare(journey.report(), engagement, recipients.count(), sent));
    }

    private static void awaitAllDecided(Journey journey, int recipients) {
        Journey.patiently("every mail is sent or unknown").untilAsserted(() -> {
            JsonNode report = journey.report();
            assertThat(Journey.total(report, "sent") + Journey.total(report, "unknown"))
                    .isEqualTo(recipients);
        });
    }

    /** The number sent: everybody but those listed as unknown, who may or may not have their mail. */
    private static int checkMails(MailServer mail, Journey journey, Recipients recipients) throws Exception {
        Map<String, List<MailServer.Mail>> received = mail.byRecipient();
        received.forEach((recipient, mails) -> assertThat(mails).as(recipient).hasSize(1));
        Set<String> unknown = new TreeSet<>(journey.unknownRecipients());
        System.out.println("unknown: " + unknown.size());
        assertThat(unknown.size()).isLessThanOrEqualTo(2 * IN_FLIGHT);
        Set<String> decided = new TreeSet<>(recipients.firstNames().keySet());
        decided.removeAll(unknown);
        assertThat(received.keySet()).containsAll(decided);
        return decided.size();
    }
}
