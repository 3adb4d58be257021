package io.throughline.enrollment.sequence;

import static io.throughline.enrollment.Campaigns.anInstance;
import static io.throughline.enrollment.People.as;
import static io.throughline.enrollment.People.enrollments;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.enrollment.EnrollmentServers;
import io.throughline.enrollment.People;
import io.throughline.enrollment.Sequences;
import io.throughline.events.campaign.InstanceSnapshot.Variant;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestKeys;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EnrollmentServers.class)
class VariantStepsTest {

    @Inject
    SequenceLoop loop;

    @Inject
    Sql sql;

    @Test
    void sendsEachTheirVariantTheSameAfterACrash() {
        TestKey ann = TestKeys.issue();
        UUID instance = anInstance(ann.tenantId())
                .stepOf(
                        new Variant("A", 1, "Short {{firstName}}", "a", null),
                        new Variant("B", 3, "Long", "b {{email}}", null))
                .active()
                .published();
        People.contacts(ann.tenantId(), 400);
        as(ann).body("{\"filter\":{\"all\":true}}")
                .post(enrollments(instance) + "/bulk")
                .then()
                .statusCode(200);
        Map<UUID, String> beforeTheCrash = new HashMap<>();
        assertThatThrownBy(() -> sql.inTransaction(() -> {
                    drain();
                    beforeTheCrash.putAll(recorded(ann));
                    throw new IllegalStateException("crash before commit, on purpose");
                }))
                .hasStackTraceContaining("on purpose");
        drain();
        Map<UUID, String> sent = new Sequences(ann.tenantId())
                .sent().stream().collect(toMap(OutreachMessage::enrollmentId, OutreachMessage::variant));
        assertThat(sent).hasSize(400).isEqualTo(beforeTheCrash).isEqualTo(recorded(ann));
        assertThat(sent.values().stream().filter("B"::equals).count()).isBetween(255L, 345L);
        assertThat(new Sequences(ann.tenantId()).sent()).allSatisfy(each -> {
            assertThat(each.subject()).matches(each.variant().equals("A") ? "Short P\\d+" : "Long");
            assertThat(each.body()).startsWith(each.variant().equals("A") ? "a" : "b p");
        });
    }

    private Map<UUID, String> recorded(TestKey ann) {
        Map<UUID, String> recorded = new HashMap<>();
        sql.list(
                "SELECT enrollment_id, variant FROM message WHERE tenant_id = ?",
                row -> recorded.put(row.uuid("enrollment_id"), row.text("variant")),
                ann.tenantId());
        return recorded;
    }

    private void drain() {
        int due;
        do {
            due = loop.runOnce();
        } while (due > 0);
    }
}
