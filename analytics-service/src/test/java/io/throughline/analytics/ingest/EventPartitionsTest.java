package io.throughline.analytics.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.analytics.CampaignStub;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The log of events has a partition for every day before it is needed, and loses the old ones whole. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
@WithTestResource(CampaignStub.class)
class EventPartitionsTest {

    @Inject
    EventPartitions partitions;

    @Inject
    EventLog log;

    @Inject
    Sql sql;

    @Inject
    Clock clock;

    @Test
    void areMadeAWeekAhead() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(partitions.names()).contains(name(today), name(today.plusDays(7))));
    }

    @Test
    void areMadeByTheFirstEventOfADayNobodyExpected() {
        UUID tenant = Ids.next();
        log.append(List.of(event(tenant)), Instant.parse("2031-05-01T00:00:00Z"));
        log.append(List.of(event(tenant)), Instant.parse("2031-05-01T23:59:59.999999Z"));
        assertThat(sql.list(
                        "SELECT tableoid::regclass::text AS part FROM engagement_event WHERE tenant_id = ?",
                        row -> row.text("part"),
                        tenant))
                .containsExactly("engagement_event_20310501", "engagement_event_20310501");
    }

    @Test
    void areDroppedByAgeAndTheGapIsRemembered() {
        UUID tenant = Ids.next();
        log.append(List.of(event(tenant)), Instant.parse("2001-02-03T10:00:00Z"));
        log.append(List.of(event(tenant)), Instant.parse("2001-02-04T10:00:00Z"));
        partitions.dropBefore(LocalDate.parse("2001-02-04"));
        assertThat(partitions.names())
                .doesNotContain("engagement_event_20010203")
                .contains("engagement_event_20010204");
        LocalDate gap = sql.one("SELECT dropped_before FROM event_log_gap", row -> row.date("dropped_before"));
        assertThat(gap).isEqualTo(LocalDate.parse("2001-02-04"));
        partitions.dropBefore(LocalDate.parse("2001-02-05"));
        sql.update("DELETE FROM event_log_gap");
        // A day that was dropped may be needed again: clocks differ.
        log.append(List.of(event(tenant)), Instant.parse("2001-02-03T10:00:00Z"));
        partitions.dropBefore(LocalDate.parse("2001-02-05"));
        sql.update("DELETE FROM event_log_gap");
    }

    private static String name(LocalDate day) {
        return "engagement_event_" + DateTimeFormatter.BASIC_ISO_DATE.format(day);
    }

    private static Engagement event(UUID tenant) {
        return new Engagement(
                tenant,
                "test",
                Ids.next().toString(),
                Ids.next(),
                Ids.next(),
                "email",
                "opened",
                1,
                false,
                Instant.parse("2026-11-01T09:30:00Z"),
                null);
    }
}
