package io.throughline.jobs.outreach;

import static io.throughline.jobs.outreach.Campaign.address;
import static io.throughline.jobs.outreach.Campaign.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.Topics;
import io.throughline.events.enrollment.ContactErased;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing that was written to somebody outlasts their erasure, and nothing more is sent. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(value = MailServerForTests.class, scope = TestResourceScope.GLOBAL)
class ErasedRecipientTest {

    @Inject
    Sql sql;

    @Test
    void forgetsWhatWasSentAndSendsNothingMore() {
        Campaign campaign = new Campaign();
        String recipient = address("zoe");
        OutreachMessage sent = campaign.to(recipient);
        campaign.publish(sent);
        patiently().untilAsserted(() -> assertThat(campaign.status(sent)).isEqualTo("sent"));
        sql.update("""
                INSERT INTO enrichment (tenant_id, subject, job_id, found, fields, as_of, kept_until)
                VALUES (?, 'email:' || ?, ?, true, '{"name":"Zoe"}', now(), now() + interval '1 day')
                """, campaign.tenantId, recipient, Ids.next());
        sql.update("""
                INSERT INTO job (id, tenant_id, user_id, type, priority, status, run_at, completed_at, parameters, result)
                VALUES (?, ?, ?, 'enrich', 1, 'completed', now(), now(), jsonb_build_object('email', ?::text), '{"zoe":1}')
                """, Ids.next(), campaign.tenantId, Ids.next(), recipient);

        ContactErased erased = new ContactErased(
                sent.contactId(), List.of(recipient), List.of(sent.enrollmentId()), List.of(), Instant.now());
        for (int time = 0; time < 2; time++) {
            TestEvents.publish(
                    Topics.CONTACT_ERASURES,
                    sent.contactId().toString(),
                    ContactErased.TYPE,
                    Ids.next().toString(),
                    campaign.tenantId,
                    erased);
        }
        patiently().untilAsserted(() -> assertThat(everythingOf(campaign)).doesNotContainIgnoringCase("zoe"));
        assertThat(campaign.status(sent)).isEqualTo("sent");

        OutreachMessage late = new OutreachMessage(
                Ids.next(),
                Ids.next(),
                campaign.instanceId,
                sent.contactId(),
                "email",
                1,
                Campaign.SENDER,
                recipient,
                "Dear Zoe",
                "Zoe!",
                null,
                null,
                null,
                null);
        campaign.publish(late);
        patiently().untilAsserted(() -> assertThat(campaign.status(late)).isEqualTo("rejected"));
        assertThat(MailServerForTests.server().to(recipient)).hasSize(1);
        assertThat(everythingOf(campaign)).doesNotContainIgnoringCase("zoe");
    }

    /** As text, whatever the columns are. */
    private String everythingOf(Campaign campaign) {
        StringBuilder all = new StringBuilder();
        for (String table : List.of("outreach_message", "enrichment", "job", "erased_contact")) {
            all.append(sql.list(
                    "SELECT row_to_json(t)::text AS row FROM " + table + " t WHERE tenant_id = ?",
                    row -> row.text("row"),
                    campaign.tenantId));
        }
        return all.toString();
    }
}
