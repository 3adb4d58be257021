package io.throughline.enrollment;

import io.quarkus.arc.Arc;
import io.throughline.events.Topics;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.events.campaign.InstanceSnapshot.Schedule;
import io.throughline.events.campaign.InstanceSnapshot.Variant;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.TestEvents;
import io.throughline.platform.time.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** Instances as campaign-service publishes them: {@code anInstance(tenant).active().step("PT0S", …).published()}. */
public final class Campaigns {

    private final UUID tenantId;
    private final UUID id = Ids.next();
    private final List<InstanceSnapshot.Step> steps = new ArrayList<>();
    private String status = "draft";
    private String sender = "Ann <ann@example.com>";
    private Schedule schedule;
    private Integer dailyLimit;
    private boolean stopCompanyOnReply;
    private long version;
    private InstanceSnapshot.Rules rules;

    private Campaigns(UUID tenantId) {
        this.tenantId = tenantId;
    }

    public static Campaigns anInstance(UUID tenantId) {
        return new Campaigns(tenantId);
    }

    public Campaigns active() {
        return status("active");
    }

    public Campaigns status(String wanted) {
        this.status = wanted;
        return this;
    }

    public Campaigns rules(boolean exclusive, String reentry) {
        this.rules = new InstanceSnapshot.Rules(exclusive, reentry);
        return this;
    }

    public Campaigns step(String delay, String subject, String body) {
        return step(delay, subject, body, null, null);
    }

    /** Sent, its delay over, only when that happened. */
    public Campaigns stepIf(Map<String, Object> condition) {
        return step("PT0S", "Step {{firstName}}", "Body", condition, null);
    }

    public Campaigns stepBy(String channel) {
        steps.add(new InstanceSnapshot.Step(
                steps.size() + 1, channel, Duration.ZERO, null, "Body", null, null, null, null));
        return this;
    }

    public Campaigns stepOf(Variant... variants) {
        return step("PT0S", null, null, null, List.of(variants));
    }

    private Campaigns step(
            String delay, String subject, String body, Map<String, Object> condition, List<Variant> variants) {
        steps.add(new InstanceSnapshot.Step(
                steps.size() + 1, "email", Duration.parse(delay), subject, body, condition, variants, null, null));
        return this;
    }

    public Campaigns schedule(Schedule wanted) {
        this.schedule = wanted;
        return this;
    }

    public Campaigns dailyLimit(Integer wanted) {
        this.dailyLimit = wanted;
        return this;
    }

    public Campaigns sender(String wanted) {
        this.sender = wanted;
        return this;
    }

    public Campaigns stopsCompanies() {
        this.stopCompanyOnReply = true;
        return this;
    }

    public Campaigns steps(int count) {
        for (int i = 0; i < count; i++) {
            step("PT0S", "Step {{firstName}}", "Body");
        }
        return this;
    }

    /** Publishes the next version and returns when the service has it. */
    public UUID published() {
        return publish(++version);
    }

    public UUID publish(long asVersion) {
        TestEvents.publish(
                Topics.CAMPAIGN_INSTANCES,
                id.toString(),
                InstanceSnapshot.TYPE,
                Ids.next().toString(),
                tenantId,
                snapshot(asVersion));
        Sql sql = Arc.container().instance(Sql.class).get();
        Awaitility.await("the instance is known")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> sql.first(
                                "SELECT version FROM instance_copy WHERE tenant_id = ? AND id = ?",
                                row -> row.number("version"),
                                tenantId,
                                id)
                        .filter(stored -> stored >= asVersion)
                        .isPresent());
        return id;
    }

    public InstanceSnapshot snapshot(long asVersion) {
        Instant now = Instant.parse("2026-11-01T00:00:00Z");
        return new InstanceSnapshot(
                id,
                Ids.next(),
                "Autumn",
                sender,
                status,
                asVersion,
                List.copyOf(steps),
                rules,
                now,
                now,
                schedule,
                dailyLimit,
                stopCompanyOnReply);
    }

    public UUID id() {
        return id;
    }
}
