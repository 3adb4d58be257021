package io.throughline.jobs.outreach;

import static io.throughline.jobs.outreach.Campaign.address;
import static io.throughline.jobs.outreach.Campaign.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.Topics;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.jobs.queue.JobStore;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What was handed over before a campaign was paused waits here, and goes when it goes on: none twice, none lost. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class PausedInstancesTest {

    @Inject
    Sql sql;

    @Inject
    JobStore jobs;

    @Inject
    Json json;

    private final ScriptedSmtp server = MailServerForTests.server();
    private final Campaign campaign = new Campaign();
    private long version;

    private void tell(String status, long ofVersion) {
        TestEvents.publish(
                Topics.CAMPAIGN_INSTANCES,
                campaign.instanceId.toString(),
                InstanceSnapshot.TYPE,
                Ids.next().toString(),
                campaign.tenantId,
                new InstanceSnapshot(
                        campaign.instanceId,
                        Ids.next(),
                        "Autumn",
                        Campaign.SENDER,
                        status,
                        ofVersion,
                        List.of(),
                        null,
                        Instant.now(),
                        Instant.now(),
                        null,
                        null,
                        false));
    }

    private void tell(String status) {
        tell(status, ++version);
    }

    private void become(String status) {
        tell(status);
        patiently().until(() -> is(status));
    }

    private boolean is(String status) {
        return sql.first(
                        "SELECT status FROM instance_status WHERE instance_id = ?",
                        row -> row.text("status"),
                        campaign.instanceId)
                .filter(status::equals)
                .isPresent();
    }

    private OutreachMessage[] messages(int count) {
        String some = Ids.next().toString();
        return IntStream.range(0, count)
                .mapToObj(i -> campaign.to("p" + i + "-" + some + "@recipient.example"))
                .toArray(OutreachMessage[]::new);
    }

    private void eachWasSentOnce(OutreachMessage... messages) {
        patiently()
                .untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("sent", (long) messages.length)));
        assertThat(messages)
                .allSatisfy(
                        message -> assertThat(server.to(message.recipient())).hasSize(1));
        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds())
                        .isEqualTo(Stream.of(messages)
                                .map(message -> message.messageId() + ":sent")
                                .sorted()
                                .toList()));
    }

    private long held() {
        return sql.one(
                "SELECT count(*) AS held FROM outreach_message WHERE instance_id = ? AND held",
                row -> row.number("held"),
                campaign.instanceId);
    }

    /** A job sends ten mails at a time, one after the other: while the server holds the first, the campaign is paused. */
    @Test
    void waitsWhileItsCampaignIsPaused() {
        become("active");
        OutreachMessage[] all = messages(50);
        server.hold(all[0].recipient());
        campaign.publish(all);
        patiently().until(server::holds);
        become("paused");
        Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true); // the run looks each second
        server.release();

        patiently().untilAsserted(() -> assertThat(held()).isEqualTo(49));
        assertThat(campaign.status(all[0])).isEqualTo("sent");
        assertThat(campaign.detail(all[49])).isEqualTo("its campaign is paused");
        assertThat(Stream.of(all).filter(each -> !server.to(each.recipient()).isEmpty()))
                .containsExactly(all[0]);
        var job = campaign.job(all[49]);
        patiently()
                .untilAsserted(() -> assertThat(
                                jobs.find(campaign.tenantId, job).orElseThrow().status())
                        .isEqualTo("completed"));
        assertThat(json.text(jobs.find(campaign.tenantId, job).orElseThrow().result()))
                .contains("\"held\":49", "\"sent\":1");

        become("active");
        eachWasSentOnce(all);
        assertThat(campaign.detail(all[49])).doesNotContain("paused");
    }

    @Test
    void waitsWhenItComesAfterThePause() {
        become("paused");
        OutreachMessage late = campaign.to(address("late"));
        campaign.publish(late);
        patiently().untilAsserted(() -> assertThat(held()).isEqualTo(1));
        assertThat(server.to(late.recipient())).isEmpty();
        become("active");
        eachWasSentOnce(late);
    }

    @Test
    void isSkippedWhenItsCampaignIsOver() {
        become("paused");
        OutreachMessage waiting = campaign.to(address("waiting"));
        campaign.publish(waiting);
        patiently().untilAsserted(() -> assertThat(held()).isEqualTo(1));
        become("completed");
        OutreachMessage late = campaign.to(address("late"));
        campaign.publish(late);

        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds())
                        .containsExactlyInAnyOrder(waiting.messageId() + ":skipped", late.messageId() + ":skipped"));
        assertThat(campaign.statuses()).isEqualTo(Map.of("rejected", 2L));
        assertThat(campaign.events()).allSatisfy(event -> {
            assertThat(event.eventType()).isEqualTo("skipped");
            assertThat(event.metadata()).containsEntry("reason", "instance_completed");
        });
        assertThat(server.to(waiting.recipient())).isEmpty();
        assertThat(server.to(late.recipient())).isEmpty();
    }

    @Test
    void goesByTheLatestWordWhateverTheOrder() {
        tell("paused", 7);
        patiently().until(() -> is("paused"));
        tell("active", 6);
        become("paused"); // version 1: too old, too
        OutreachMessage message = campaign.to(address("bob"));
        campaign.publish(message);
        patiently().untilAsserted(() -> assertThat(held()).isEqualTo(1));
        tell("active", 8);
        eachWasSentOnce(message);
    }

    private void end(OutreachMessage message, Instant at) {
        TestEvents.publish(
                Topics.ENROLLMENT_CHANGES,
                message.enrollmentId().toString(),
                EnrollmentChanged.TYPE,
                Ids.next().toString(),
                campaign.tenantId,
                new EnrollmentChanged(
                        message.enrollmentId(), campaign.instanceId, message.contactId(), "replied", 3, "reply", at));
    }

    @Test
    void isSkippedWhenItsRecipientHasReplied() {
        become("paused");
        OutreachMessage replied = campaign.to(address("replied"));
        OutreachMessage again = campaign.to(address("again"));
        OutreachMessage silent = campaign.to(address("silent"));
        campaign.publish(replied, again, silent);
        patiently().untilAsserted(() -> assertThat(held()).isEqualTo(3));
        end(again, Instant.now().minusSeconds(60)); // begun again since
        end(replied, Instant.now().plusSeconds(1));

        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds()).containsExactly(replied.messageId() + ":skipped"));
        assertThat(campaign.metadata()).containsEntry("reason", "reply");
        become("active");
        patiently().untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("rejected", 1L, "sent", 2L)));
        assertThat(server.to(replied.recipient())).isEmpty();
        assertThat(server.to(again.recipient())).hasSize(1);
    }

    /** Pauses and resumes fall on arrivals, on runs and on their ends, at random. */
    @Test
    void losesNoneAndRepeatsNoneHoweverOftenItIsPaused() throws InterruptedException {
        long seed = new Random().nextLong();
        System.out.println("PausedInstancesTest seed " + seed);
        Random random = new Random(seed);
        OutreachMessage[] all = messages(2_000);
        for (int from = 0; from < all.length; from += 200) {
            tell(random.nextBoolean() ? "paused" : "active");
            campaign.publish(Arrays.copyOfRange(all, from, from + 200));
            for (int turns = random.nextInt(4); turns > 0; turns--) {
                Thread.sleep(random.nextInt(60));
                tell(turns % 2 == 0 ? "active" : "paused");
            }
        }
        tell("active");
        eachWasSentOnce(all);
    }
}
