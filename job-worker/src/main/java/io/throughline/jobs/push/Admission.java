package io.throughline.jobs.push;

import io.throughline.jobs.push.Position.Snapshot;
import io.throughline.jobs.push.Subscription.Start;
import io.throughline.platform.access.Caller;
import io.throughline.platform.access.KeyDirectory;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Who may open a stream, and where it begins. A key is a look-up in memory, a ticket one statement, the start another. */
@Singleton
class Admission {

    private static final Set<String> TYPES = Set.of(Moved.PROGRESS, Moved.COMPLETED, Moved.FAILED);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final KeyDirectory keys;
    private final Tickets tickets;
    private final JobEvents events;
    private final Streams streams;

    Admission(KeyDirectory keys, Tickets tickets, JobEvents events, Streams streams) {
        this.keys = keys;
        this.tickets = tickets;
        this.events = events;
        this.streams = streams;
    }

    /** As asked; everything may be null. @param types each perhaps several, with commas between */
    record Asked(String apiKey, String ticket, String lastEventId, String jobId, List<String> types) {}

    /** @throws Problem 401, 403, 422 or, when this replica is full, 503 */
    Subscription admit(Asked asked) {
        Caller byKey = asked.apiKey() == null
                ? null
                : keys.authenticate(asked.apiKey())
                        .orElseThrow(() -> unauthenticated("The API key is unknown, deleted or expired."));
        if (byKey == null && asked.ticket() == null) {
            throw unauthenticated("Send an API key in the header X-API-Key, or a ticket from "
                    + "POST /api/jobs/stream/tickets as ?ticket=.");
        }
        List<FieldError> errors = new ArrayList<>();
        Long lastId = lastId(asked.lastEventId(), errors);
        UUID jobId = jobId(asked.jobId(), errors);
        Set<String> types = types(asked.types(), errors);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        Caller caller = byKey != null
                ? byKey
                : tickets.redeem(asked.ticket())
                        .orElseThrow(() -> unauthenticated("The ticket is unknown, used or too old."));
        if (!caller.scopes().contains("read")) {
            throw new Problem(CommonErrors.FORBIDDEN, "This needs the scope read.");
        }
        if (!streams.hasRoom(caller.tenantId())) {
            throw new Problem(CommonErrors.UNAVAILABLE, "This replica has as many streams as it can bear.")
                    .retryAfter(RETRY_AFTER);
        }
        return new Subscription(caller, jobId, types, start(caller.tenantId(), lastId));
    }

    private Start start(UUID tenantId, Long lastId) {
        if (lastId != null) {
            Optional<Position> kept = events.find(tenantId, lastId);
            if (kept.isPresent()) {
                return new Start(kept.get(), Snapshot.NOTHING, lastId, null);
            }
        }
        Snapshot now = events.snapshot();
        return new Start(Position.before(now.xmin()), now, null, lastId);
    }

    private static Problem unauthenticated(String detail) {
        return new Problem(CommonErrors.UNAUTHENTICATED, detail);
    }

    private static Long lastId(String text, List<FieldError> errors) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return Long.valueOf(text.strip());
        } catch (NumberFormatException e) {
            errors.add(new FieldError("/lastEventId", "must be the id of a message of this stream"));
            return null;
        }
    }

    private static UUID jobId(String text, List<FieldError> errors) {
        if (text == null) {
            return null;
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            errors.add(new FieldError("/jobId", "must be a UUID"));
            return null;
        }
    }

    private static Set<String> types(List<String> asked, List<FieldError> errors) {
        Set<String> types = new HashSet<>();
        for (String each : asked == null ? List.<String>of() : asked) {
            types.addAll(List.of(each.split(",", -1)));
        }
        if (!TYPES.containsAll(types)) {
            errors.add(new FieldError("/type", "must be job.progress, job.completed or job.failed"));
        }
        return types;
    }
}
