package io.throughline.jobs.outreach;

import static io.throughline.jobs.outreach.Campaign.address;
import static io.throughline.jobs.outreach.Campaign.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.AddressSuppressed;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who has said no is not written to, however late they said it. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class SuppressedTest {

    @Inject
    Sql sql;

    private final ScriptedSmtp server = MailServerForTests.server();
    private final Campaign campaign = new Campaign();
    private final String hash = hash();

    private static String hash() {
        return (Ids.next().toString() + Ids.next()).replace("-", "");
    }

    private void tell(UUID tenant, boolean suppressed) {
        TestEvents.publish(
                Topics.CONTACT_SUPPRESSIONS,
                hash,
                AddressSuppressed.TYPE,
                Ids.next().toString(),
                tenant,
                new AddressSuppressed(hash, suppressed));
        patiently().until(() -> isListed(tenant) == suppressed);
    }

    private boolean isListed(UUID tenant) {
        return sql.first(
                        "SELECT FROM suppressed_address WHERE tenant_id = ? AND address_hash = decode(?, 'hex')",
                        row -> true,
                        tenant,
                        hash)
                .isPresent();
    }

    @Test
    void isNotWrittenTo() {
        tell(campaign.tenantId, true);
        OutreachMessage suppressed = campaign.hashed(campaign.to(address("bob")), hash);
        OutreachMessage other = campaign.hashed(campaign.to(address("cy")), hash());
        campaign.publish(suppressed, other);

        patiently()
                .untilAsserted(() -> assertThat(campaign.eventIds())
                        .containsExactlyInAnyOrder(
                                suppressed.messageId() + ":suppressed", other.messageId() + ":sent"));
        assertThat(campaign.status(suppressed)).isEqualTo("rejected");
        assertThat(campaign.detail(suppressed)).isEqualTo("the address is suppressed");
        assertThat(server.to(suppressed.recipient())).isEmpty();
    }

    /** A job sends ten mails at a time: while the server holds the first, the eleventh waits and its recipient unsubscribes. */
    @Test
    void isNotWrittenToWhenTheyUnsubscribeWhileTheirMailWaits() {
        List<OutreachMessage> ahead = IntStream.range(0, 10)
                .mapToObj(i -> campaign.to(address("r" + i)))
                .toList();
        OutreachMessage last = campaign.hashed(campaign.to(address("bob")), hash);
        server.hold(ahead.getFirst().recipient());
        List<OutreachMessage> all = new ArrayList<>(ahead);
        all.add(last);
        campaign.publish(all.toArray(OutreachMessage[]::new));
        patiently().until(server::holds);
        tell(campaign.tenantId, true);
        assertThat(campaign.status(last)).isEqualTo("queued");
        server.release();

        patiently().untilAsserted(() -> assertThat(campaign.eventIds()).contains(last.messageId() + ":suppressed"));
        patiently().untilAsserted(() -> assertThat(campaign.statuses()).isEqualTo(Map.of("rejected", 1L, "sent", 10L)));
        assertThat(server.to(last.recipient())).isEmpty();
    }

    @Test
    void isWrittenToAgainWhenTheyAreTakenOffTheListAndByOtherTenantsAllTheTime() {
        tell(campaign.tenantId, true);
        Campaign others = new Campaign();
        OutreachMessage theirs = others.hashed(others.to(address("bob")), hash);
        others.publish(theirs);
        patiently().untilAsserted(() -> assertThat(others.status(theirs)).isEqualTo("sent"));

        tell(campaign.tenantId, false);
        OutreachMessage ours = campaign.hashed(campaign.to(address("bob")), hash);
        campaign.publish(ours);
        patiently().untilAsserted(() -> assertThat(campaign.status(ours)).isEqualTo("sent"));
    }
}
