package io.throughline.analytics.overview;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.analytics.overview.OverviewStore.Figures;
import io.throughline.analytics.report.Admission;
import io.throughline.analytics.report.Report;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A tenant's instances side by side. */
@Path("/api/analytics/overview")
@RunOnVirtualThread
public class OverviewResource {

    /** Each instance is a dozen rows and, of the days, up to 7 per channel and day. */
    private static final int MOST_INSTANCES = 100;

    private static final int MOST_DAYS = 90;

    private final OverviewStore store;
    private final CurrentCaller caller;
    private final Clock clock;

    OverviewResource(OverviewStore store, CurrentCaller caller, Clock clock) {
        this.store = store;
        this.caller = caller;
        this.clock = clock;
    }

    /**
     * @param version grows whenever a figure moves; 0: nothing has happened yet
     * @param funnel as in the instance's own report
     * @param bounced distinct enrollments, like {@code unsubscribed}
     */
    public record Overview(
            UUID instanceId,
            long version,
            Instant asOf,
            long enrolled,
            List<Report.Stage> funnel,
            long bounced,
            long unsubscribed,
            Lately lately) {}

    /**
     * First times per (enrollment, channel, type, step) on the last {@code days} days, today included: the sums of the
     * report's {@code timeSeries[].unique}.
     */
    public record Lately(
            int days,
            long sent,
            long delivered,
            long opened,
            long clicked,
            long replied,
            long bounced,
            long unsubscribed) {}

    @GET
    @Operation(summary = "Compare the instances, newest first: funnel and rates of each")
    public Page<Overview> list(
            @QueryParam("days") @DefaultValue("30") String days,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit) {
        int shown = Admission.days(days, MOST_DAYS);
        int size = limit(limit);
        Cursor after = Cursor.decode(cursor, 1);
        Instant now = clock.instant();
        List<Figures> rows = store.page(
                caller.tenantId(),
                after == null ? null : after.uuid(0),
                LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(shown - 1L),
                size + 1);
        return Page.of(
                rows.stream().map(figures -> overview(figures, now, shown)).toList(),
                size,
                overview -> Cursor.of(overview.instanceId()));
    }

    private static int limit(Integer asked) {
        if (asked != null && (asked < 1 || asked > MOST_INSTANCES)) {
            throw Problem.invalid(List.of(new Problem.FieldError("/limit", "must be between 1 and " + MOST_INSTANCES)));
        }
        return Page.limit(asked);
    }

    private static Overview overview(Figures figures, Instant now, int days) {
        Map<String, Report.Reached> reached = figures.reached();
        Map<String, Long> lately = figures.lately();
        return new Overview(
                figures.instanceId(),
                figures.version(),
                now,
                figures.enrolled(),
                Report.funnel(figures.enrolled(), reached),
                all("bounced", reached),
                all("unsubscribed", reached),
                new Lately(
                        days,
                        lately.getOrDefault("sent", 0L),
                        lately.getOrDefault("delivered", 0L),
                        lately.getOrDefault("opened", 0L),
                        lately.getOrDefault("clicked", 0L),
                        lately.getOrDefault("replied", 0L),
                        lately.getOrDefault("bounced", 0L),
                        lately.getOrDefault("unsubscribed", 0L)));
    }

    private static long all(String eventType, Map<String, Report.Reached> reached) {
        return reached.containsKey(eventType) ? reached.get(eventType).all() : 0;
    }
}
