package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two steps to everybody while the line to the mail server is cut again and again, services are killed with
 * {@code kill -9}, the instance is paused and resumed, and two schedulers plan. Everybody has each mail once and in order, or
 * is listed as unknown; nobody is passed over; the ledger closes.
 *
 * <p>Small in every run; as large as it was asked for with {@code -Dthroughline.mails.recipients=12000}.
 */
@ExtendWith(SharedSuite.class)
class DisturbedMailsIT {

    private static final int RECIPIENTS = Integer.getInteger("throughline.mails.recipients", 1_500);
    /** Mails between two cuts. */
    private static final int BETWEEN_CUTS = RECIPIENTS * 5 / 24;
    /** Four connections, ten mails each between two commits of the ledger. */
    private static final int IN_FLIGHT = 40;

    private static final String STEPS = """
            {"name":"Two mails","steps":[
              {"channel":"email","delay":"PT0S","subject":"First","body":"Dear {{firstName}}."},
              {"channel":"email","delay":"PT1S","subject":"Second","body":"Dear {{firstName}}, again."}]}""";

    @TempDir
    Path directory;

    @Test
    void sendsEachMailOnceAndInOrderThroughCutsKillsPausesAndTwoSchedulers(SharedSuite.Stage stage) throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        Random random = new Random(seed);
        System.out.printf("DisturbedMailsIT seed %d, recipients %d%n", seed, RECIPIENTS);
        Recipients recipients = Recipients.madeUp(directory, RECIPIENTS);
        MailServer mail = stage.mail();
        RunningSuite suite = stage.suite();
        Journey journey = new Journey(stage.client(), recipients);
        journey.makeInstance(STEPS);
        journey.requestImport();
        journey.awaitImport();
        journey.enrollAll();
        int deaths = 0;
        try (RunningSuite.Second second = suite.startSecond("enrollment-service");
                MailServer.Cuts cuts = mail.cutEvery(BETWEEN_CUTS)) {
            journey.activate();
            for (int round = 0; round < 2; round++) {
                awaitMails(mail, share(random, round, 1));
                suite.kill("job-worker");
                suite.kill("enrollment-service");
                deaths++;
                awaitMails(mail, share(random, round, 2));
                journey.move("pause");
                suite.kill(round == 0 ? "campaign-service" : "analytics-service");
                Journey.patiently("nothing more is sent while paused").until(() -> isQuiet(mail));
                journey.move("resume");
            }
            Journey.patiently("the ledger closes, seed " + seed)
                    .untilAsserted(
                            () -> assertThat(journey.ledger().path("closed").asBoolean())
                                    .as(journey.ledger().toString())
                                    .isTrue());
            assertThat(second.runs())
                    .as("the second scheduler was there all the time")
                    .isTrue();
            assertThat(cuts.count()).isGreaterThanOrEqualTo(4);
            check(mail, journey, recipients, IN_FLIGHT * (cuts.count() + deaths));
        }
        Journey.patiently("the instance is finished")
                .until(() -> journey.shown().path("finished").asBoolean());
    }

    /** Mails after which the next thing happens: later in each round, both rounds within the first two thirds. */
    private static int share(Random random, int round, int part) {
        int slice = 2 * RECIPIENTS / 6;
        return (2 * round + part - 1) * slice + slice / 4 + random.nextInt(slice / 2);
    }

    private static void awaitMails(MailServer mail, int count) {
        Journey.patiently(count + " mails are sent").until(() -> mail.received() >= count);
    }

    private static boolean isQuiet(MailServer mail) throws InterruptedException {
        int before = mail.received();
        Thread.sleep(2_000);
        return mail.received() == before;
    }

    private static void check(MailServer mail, Journey journey, Recipients recipients, int mostUnknown)
            throws Exception {
        Set<String> unknownFirst = new TreeSet<>();
        Set<String> unknownSecond = new TreeSet<>();
        for (JsonNode message : journey.unknownMessages()) {
            (message.path("stepNumber").asInt() == 1 ? unknownFirst : unknownSecond)
                    .add(message.path("recipient").asText());
        }
        System.out.printf("unknown: %d first, %d second mails%n", unknownFirst.size(), unknownSecond.size());
        assertThat(unknownFirst.size() + unknownSecond.size()).isLessThanOrEqualTo(mostUnknown);
        Map<String, List<String>> received = new HashMap<>();
        mail.byRecipient()
                .forEach((recipient, mails) -> received.put(
                        recipient, mails.stream().map(MailServer.Mail::subject).toList()));
        for (String recipient : recipients.firstNames().keySet()) {
            List<String> subjects = received.getOrDefault(recipient, List.of());
            if (unknownFirst.contains(recipient)) {
                assertThat(subjects).as(recipient).isIn(List.of(), List.of("First"));
            } else if (unknownSecond.contains(recipient)) {
                assertThat(subjects).as(recipient).isIn(List.of("First"), List.of("First", "Second"));
            } else {
                assertThat(subjects).as(recipient).containsExactly("First", "Second");
            }
        }
        assertThat(recipients.firstNames().keySet()).containsAll(received.keySet());
        JsonNode ledger = journey.ledger();
        assertThat(ledger.path("enrolled").asInt()).isEqualTo(recipients.count());
        assertThat(ledger.path("total").path("unknown").asInt()).isEqualTo(unknownFirst.size() + unknownSecond.size());
    }
}
