package io.throughline.analytics.journal;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.analytics.journal.JournalStore.Entry;
import io.throughline.analytics.journal.JournalStore.Sought;
import io.throughline.analytics.journal.JournalStore.Stretch;
import io.throughline.analytics.report.Admission;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The events behind a number of the report. */
@Path("/api/campaigns/instances/{id}/performance/events")
@RunOnVirtualThread
public class JournalResource {

    private static final int LAST_STEP = 1000;

    private final Admission admission;
    private final JournalStore store;
    private final CurrentCaller caller;

    JournalResource(Admission admission, JournalStore store, CurrentCaller caller) {
        this.admission = admission;
        this.store = store;
        this.caller = caller;
    }

    /**
     * An event as it was counted.
     *
     * @param id of the event, unique per source
     * @param stepNumber null when it is about no step
     * @param machine opened or clicked by a prefetcher or scanner
     * @param metadata an object, as it was sent
     */
    public record Event(
            String id,
            String source,
            UUID enrollmentId,
            String channel,
            String eventType,
            Integer stepNumber,
            boolean machine,
            Instant occurredAt,
            Instant receivedAt,

            @JsonRawValue @Schema(implementation = Map.class)
            String metadata) {}

    /** As asked; everything may be null. */
    public record Filter(
            @QueryParam("channel") String channel,
            @QueryParam("eventType") String eventType,
            @QueryParam("step") String step,
            @QueryParam("day") String day,
            @QueryParam("enrollmentId") String enrollmentId) {}

    /** Newest first, in the order of counting. A page of a rare kind may be short, even empty, and have a next one. */
    @GET
    @Operation(summary = "The events behind a number, newest first; follow page.next even from an empty page")
    public Page<Event> list(
            @PathParam("id") UUID instance,
            @BeanParam Filter filter,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor) {
        Sought sought = sought(filter);
        int size = Page.limit(limit);
        Cursor before = Cursor.decode(cursor, 1);
        admission.version(instance);
        Stretch stretch = store.backwards(
                caller.tenantId(), instance, sought, before == null ? Long.MAX_VALUE : before.number(0), size + 1);
        return page(stretch, size);
    }

    private static Page<Event> page(Stretch stretch, int size) {
        boolean more = stretch.entries().size() > size;
        List<Entry> shown = more ? stretch.entries().subList(0, size) : stretch.entries();
        Long next = more ? Long.valueOf(shown.getLast().position()) : stretch.reached();
        return new Page<>(
                true,
                shown.stream().map(Entry::event).toList(),
                new Page.Position(next == null ? null : Cursor.of(next).encoded(), size));
    }

    private static Sought sought(Filter filter) {
        List<FieldError> errors = new ArrayList<>();
        Sought sought = new Sought(
                text("/channel", filter.channel(), "[a-z][a-z0-9_-]{0,31}", errors),
                text("/eventType", filter.eventType(), "[a-z][a-z0-9_.-]{0,63}", errors),
                read("/step", filter.step(), JournalResource::step, "must be a number from 0 to " + LAST_STEP, errors),
                read("/day", filter.day(), JournalResource::day, "must be a date such as 2026-11-01", errors),
                read("/enrollmentId", filter.enrollmentId(), UUID::fromString, "must be a UUID", errors));
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return sought;
    }

    private static String text(String pointer, String asked, String pattern, List<FieldError> errors) {
        if (asked != null && !asked.matches(pattern)) {
            errors.add(new FieldError(pointer, "must match " + pattern));
        }
        return asked;
    }

    private static int step(String asked) {
        int step = Integer.parseInt(asked);
        if (step < 0 || step > LAST_STEP) {
            throw new IllegalArgumentException("out of range");
        }
        return step;
    }

    /** No event is older; PostgreSQL does not know every year that Java does. */
    private static LocalDate day(String asked) {
        LocalDate day = LocalDate.parse(asked);
        if (day.getYear() < 2000 || day.getYear() > 9999) {
            throw new IllegalArgumentException("out of range");
        }
        return day;
    }

    private static <T> T read(
            String pointer, String asked, Function<String, T> reading, String detail, List<FieldError> errors) {
        try {
            return asked == null ? null : reading.apply(asked);
        } catch (IllegalArgumentException | DateTimeException e) {
            errors.add(new FieldError(pointer, detail));
            return null;
        }
    }
}
