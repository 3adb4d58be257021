package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.Engagements.happened;
import static io.throughline.enrollment.People.aContact;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enroll;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.Engagements;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.Sequences;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class CompanyRepliesTest {

    private final TestKey ann = TestKeys.issue();
    private final Sequences sequences = new Sequences(ann.tenantId());

    @Test
    void stopsColleaguesInThatInstanceAndNobodyElse() {
        UUID instance =
                anInstance(ann.tenantId()).steps(2).stopsCompanies().active().published();
        UUID other =
                anInstance(ann.tenantId()).steps(2).stopsCompanies().active().published();
        UUID boContact = aContact(ann, "bo@acme.example");
        UUID bo = enroll(ann, instance, boContact);
        UUID cy = enroll(ann, instance, aContact(ann, "cy@acme.example"));
        UUID di = enroll(
                ann, instance, aContact(ann, Map.of("email", "di@elsewhere.example", "companyDomain", "acme.example")));
        UUID stranger = enroll(ann, instance, aContact(ann, "eve@other.example"));
        UUID elsewhere = enroll(ann, other, boContact);
        UUID paused = enroll(ann, instance, aContact(ann, "fo@acme.example"));
        as(ann).body(Map.of("action", "pause"))
                .patch("/api/enrollments/" + paused)
                .then()
                .statusCode(200);
        UUID unsubscribed = enroll(ann, instance, aContact(ann, "gi@acme.example"));
        Engagements engagements = new Engagements(ann.tenantId(), instance);
        var reply = engagements.event(bo, "replied", 1);
        happened(List.of(engagements.event(unsubscribed, "unsubscribed", 1), reply));
        UUID later = enroll(ann, instance, aContact(ann, "later@acme.example"));
        happened(List.of(reply, engagements.event(bo, "replied", 2)));

        assertThat(sequences.status(bo)).isEqualTo("replied reply");
        for (UUID colleague : List.of(cy, di, paused)) {
            assertThat(sequences.status(colleague)).isEqualTo("completed company_replied");
        }
        assertThat(sequences.status(unsubscribed)).isEqualTo("unsubscribed unsubscribe");
        for (UUID untouched : List.of(stranger, elsewhere, later)) {
            assertThat(sequences.status(untouched)).isEqualTo("pending");
        }
    }

    @Test
    void takesNoFreeMailDomainForACompanyAndStopsNobodyUnasked() {
        UUID asked =
                anInstance(ann.tenantId()).steps(2).stopsCompanies().active().published();
        UUID unasked = anInstance(ann.tenantId()).steps(2).active().published();
        UUID gmail = enroll(ann, asked, aContact(ann, "one@gmail.com"));
        UUID neighbour = enroll(ann, asked, aContact(ann, "two@gmail.com"));
        UUID bo = enroll(ann, unasked, aContact(ann, "bo@acme.example"));
        UUID cy = enroll(ann, unasked, aContact(ann, "cy@acme.example"));
        Engagements engagements = new Engagements(ann.tenantId(), asked);
        happened(List.of(engagements.event(gmail, "replied", 1), engagements.event(bo, "replied", 1)));
        assertThat(sequences.status(gmail)).isEqualTo("replied reply");
        assertThat(sequences.status(neighbour)).isEqualTo("pending");
        assertThat(sequences.status(cy)).isEqualTo("pending");
    }
}
