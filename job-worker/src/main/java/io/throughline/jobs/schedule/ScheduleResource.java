package io.throughline.jobs.schedule;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.jobs.job.Requests;
import io.throughline.jobs.queue.Priority;
import io.throughline.jobs.schedule.Schedule.Wanted;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestResponse;

@Path("/api/jobs/schedules")
@RunOnVirtualThread
public class ScheduleResource {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    private final ScheduleStore schedules;
    private final Requests requests;
    private final CurrentCaller caller;

    ScheduleResource(ScheduleStore schedules, Requests requests, CurrentCaller caller) {
        this.schedules = schedules;
        this.requests = requests;
        this.caller = caller;
    }

    /** As asked; every field but cron and type may be null. */
    record Asked(
            String cron,
            String timeZone,
            String type,
            Map<String, Object> parameters,
            String priority,
            String missed,
            Boolean enabled) {}

    /**
     * @param nextAt the next slot; null: disabled, or none is left
     * @param lastAt the slot of the last job; null, like {@code lastJobId}, before the first
     */
    public record View(
            String name,
            String cron,
            String timeZone,
            String type,
            Map<String, Object> parameters,
            String priority,
            String missed,
            boolean enabled,
            Instant nextAt,
            Instant lastAt,
            UUID lastJobId,
            Instant createdAt,
            Instant updatedAt) {

        static View of(Schedule schedule) {
            Wanted wanted = schedule.wanted();
            return new View(
                    schedule.name(),
                    wanted.cron(),
                    wanted.timeZone(),
                    wanted.type(),
                    wanted.parameters(),
                    wanted.priority().name().toLowerCase(Locale.ROOT),
                    wanted.missed().wire(),
                    wanted.enabled(),
                    schedule.nextAt(),
                    schedule.lastAt(),
                    schedule.lastJobId(),
                    schedule.createdAt(),
                    schedule.updatedAt());
        }
    }

    @PUT
    @Path("{name}")
    public RestResponse<Envelope<View>> put(@PathParam("name") String name, @NotNull Asked asked) {
        Instant now = schedules.now();
        ScheduleStore.Put put =
                schedules.put(caller.tenantId(), caller.userId(), name, acceptable(name, asked, now), now);
        return RestResponse.ResponseBuilder.<Envelope<View>>create(
                        put.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK)
                .entity(Envelope.of(View.of(put.schedule())))
                .build();
    }

    @GET
    public Page<View> list(@QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        int size = Page.limit(limit);
        Cursor after = Cursor.decode(cursor, 1);
        if (after != null && !isName(after.text(0))) {
            throw Problem.invalid(List.of(new FieldError("/cursor", "is not a cursor of this list")));
        }
        List<View> rows = schedules.list(caller.tenantId(), after == null ? null : after.text(0), size + 1).stream()
                .map(View::of)
                .toList();
        return Page.of(rows, size, row -> Cursor.of(row.name()));
    }

    @GET
    @Path("{name}")
    public Envelope<View> show(@PathParam("name") String name) {
        return Envelope.of(Optional.of(name)
                .filter(ScheduleResource::isName)
                .flatMap(each -> schedules.find(caller.tenantId(), each))
                .map(View::of)
                .orElseThrow(() -> Problem.notFound("schedule", name)));
    }

    @DELETE
    @Path("{name}")
    public void delete(@PathParam("name") String name) {
        if (!isName(name) || !schedules.delete(caller.tenantId(), name)) {
            throw Problem.notFound("schedule", name);
        }
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private Wanted acceptable(String name, Asked asked, Instant now) {
        List<FieldError> errors = new ArrayList<>();
        if (!isName(name)) {
            errors.add(new FieldError("/name", "must have 1 to 64 characters of a-z, 0-9 and -"));
        }
        Optional<ZoneId> zone = zone(asked.timeZone());
        if (zone.isEmpty()) {
            errors.add(new FieldError("/timeZone", "must be a time zone such as Europe/Berlin"));
        }
        check(asked.cron(), zone.orElse(ZoneId.of("UTC")), now, errors);
        errors.addAll(
                requests.errorsIn(new Requests.Asked(asked.type(), asked.parameters(), asked.priority(), null, null)));
        Optional<Missed> missed = asked.missed() == null ? Optional.of(Missed.ONCE) : Missed.named(asked.missed());
        if (missed.isEmpty()) {
            errors.add(new FieldError("/missed", "must be one of: skip, once, all"));
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return new Wanted(
                asked.cron(),
                zone.orElseThrow().getId(),
                asked.type(),
                asked.parameters() == null ? Map.of() : asked.parameters(),
                asked.priority() == null
                        ? Priority.NORMAL
                        : Priority.named(asked.priority()).orElseThrow(),
                missed.orElseThrow(),
                asked.enabled() == null || asked.enabled());
    }

    private static Optional<ZoneId> zone(String name) {
        try {
            return Optional.of(ZoneId.of(name == null ? "UTC" : name));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static void check(String cron, ZoneId zone, Instant now, List<FieldError> errors) {
        if (cron == null) {
            errors.add(new FieldError("/cron", "must be given, such as 0 9 * * MON-FRI"));
            return;
        }
        try {
            if (Cron.parse(cron, zone).next(now).isEmpty()) {
                errors.add(new FieldError("/cron", "never comes: there is no such date"));
            }
        } catch (IllegalArgumentException e) {
            errors.add(new FieldError("/cron", e.getMessage()));
        }
    }
}
