package io.throughline.analytics.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.analytics.Performance;
import io.throughline.analytics.Published;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.EnrollmentChanged;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class EnrollmentConsumerTest {

    @Inject
    EnrollmentConsumer enrollments;

    private TestKey key;
    private UUID instance;
    private UUID ann;
    private UUID bob;
    private Published published;

    @BeforeEach
    void anInstance() {
        key = TestKeys.issue();
        instance = CampaignStub.owns(key.apiKey(), Ids.next());
        ann = Ids.next();
        bob = Ids.next();
        published = new Published(key, instance);
    }

    @Test
    void countsEachEnrollmentInTheStatusOfItsHighestVersion() {
        deliver(List.of(published.enrollment(ann, "replied", 3), published.enrollment(bob, "pending", 1)));
        assertThat(byStatus()).isEqualTo("{\"pending\":1,\"replied\":1}");
        deliver(List.of(published.enrollment(ann, "active", 2)));
        deliver(List.of(published.enrollment(ann, "pending", 1)));
        assertThat(byStatus()).isEqualTo("{\"pending\":1,\"replied\":1}");
        deliver(List.of(
                published.enrollment(bob, "bounced", 10),
                published.enrollment(bob, "active", 9),
                published.enrollment(ann, "replied", 3)));
        assertThat(byStatus()).isEqualTo("{\"bounced\":1,\"replied\":1}");
    }

    @Test
    void changesTheTagOnlyWhenAFigureMoves() {
        deliver(List.of(published.enrollment(ann, "active", 2)));
        String tag = tag();
        deliver(List.of(published.enrollment(ann, "active", 2), published.enrollment(ann, "pending", 1)));
        deliver(List.of(published.enrollment(ann, "active", 3)));
        assertThat(tag()).isEqualTo(tag);
        deliver(List.of(published.enrollment(ann, "completed", 4)));
        assertThat(tag()).isNotEqualTo(tag);
    }

    @Test
    void parksWhatIsNoChangeAndFollowsTheRest() {
        Map<String, Object> withoutStatus = Map.of("enrollmentId", ann, "instanceId", instance, "version", 1);
        TestEvents.publish(List.of(
                published.enrollment(bob, "active", 1),
                TestEvents.event(
                        Topics.ENROLLMENT_CHANGES,
                        ann.toString(),
                        EnrollmentChanged.TYPE,
                        ann + ":1",
                        key.tenantId(),
                        withoutStatus),
                published.enrollment(ann, "Not A Status", 1)));
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(byStatus()).isEqualTo("{\"active\":1}");
            assertThat(TestEvents.read(
                            Topics.ENROLLMENT_CHANGES + ".dlq",
                            each -> ann.toString().equals(each.key())))
                    .hasSize(2)
                    .allSatisfy(letter ->
                            assertThat(TestEvents.header(letter, "dlq-reason")).startsWith("invalid_event: "));
        });
    }

    private void deliver(List<ProducerRecord<String, byte[]>> changes) {
        enrollments.take(Deliveries.polled(changes));
    }

    private String byStatus() {
        return Performance.figures(key.apiKey(), instance, 1)
                .at("/enrollments/byStatus")
                .toString();
    }

    private String tag() {
        return Performance.get(key.apiKey(), instance, "").header("ETag");
    }
}
