package io.throughline.analytics.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.analytics.ingest.PostedEvents.Posted;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Engagement events for systems that do not speak Kafka. */
@Path("/api/events")
@RunOnVirtualThread
public class EventResource {

    private static final int MOST = 1000;
    /** With {@code <tenant>:} before it the id must fit the de-duplication key. */
    private static final int LONGEST_ID = 200;

    private final PostedEvents posted;
    private final CurrentCaller caller;
    private final ObjectMapper mapper;
    private final Clock clock;

    EventResource(PostedEvents posted, CurrentCaller caller, ObjectMapper mapper, Clock clock) {
        this.posted = posted;
        this.caller = caller;
        this.mapper = mapper;
        this.clock = clock;
    }

    /**
     * @param id as sent; null when there was none
     * @param status {@code accepted, duplicate} or {@code rejected}
     * @param detail why it was rejected; else null
     */
    public record Outcome(String id, String status, String detail) {}

    /** Takes an array of at most 1,000 events, each with an {@code id}; answers one outcome per event, in order. */
    @POST
    public Response post(JsonNode body) {
        if (body == null || !body.isArray()) {
            throw invalid("must be an array of events");
        }
        if (body.size() > MOST) {
            throw invalid("has " + body.size() + " events; at most " + MOST + " are accepted");
        }
        UUID tenant = caller.tenantId();
        Instant now = clock.instant();
        List<Read> events = new ArrayList<>(body.size());
        body.forEach(event -> events.add(read(event, now)));
        Set<String> accepted = posted.publish(
                tenant,
                events.stream()
                        .filter(event -> event.rejection() == null)
                        .map(event -> new Posted(event.id(), event.data()))
                        .toList());
        // The first of several with one id takes it; the others are its duplicates.
        List<Outcome> outcomes = events.stream()
                .map(event -> event.rejection() != null
                        ? new Outcome(event.id(), "rejected", event.rejection())
                        : new Outcome(event.id(), accepted.remove(event.id()) ? "accepted" : "duplicate", null))
                .toList();
        return Response.accepted(Envelope.of(outcomes)).build();
    }

    /** @param rejection null when the event is acceptable */
    private record Read(String id, EngagementEvent data, String rejection) {}

    private Read read(JsonNode event, Instant now) {
        if (!event.isObject()) {
            return new Read(null, null, "must be an object");
        }
        String id = event.path("id").isTextual() ? event.path("id").textValue() : null;
        if (id == null || id.isBlank() || id.length() > LONGEST_ID || !EngagementRules.fitsKey(id)) {
            return new Read(id, null, "id must be a text of 1 to " + LONGEST_ID + " printable characters");
        }
        try {
            EngagementEvent data = mapper.treeToValue(event, EngagementEvent.class);
            List<String> violations = EngagementRules.violations(data, now);
            return new Read(id, data, violations.isEmpty() ? null : String.join("; ", violations));
        } catch (JsonProcessingException e) {
            return new Read(id, null, Unreadable.detail(e));
        }
    }

    private static Problem invalid(String detail) {
        return Problem.invalid(List.of(new Problem.FieldError("", "the body " + detail)));
    }
}
