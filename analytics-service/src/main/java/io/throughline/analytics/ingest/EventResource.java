package io.throughline.analytics.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.analytics.ingest.PostedEvents.Posted;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Unreadable;
import io.throughline.platform.http.CommonErrors;
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

    /** A record on Kafka has at most 1 MB; a character at most 3 bytes. A larger one would stop the outbox. */
    private static final int LONGEST_PAYLOAD = 300_000;

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
     * @param id as sent; null when it is none
     * @param status {@code accepted, duplicate} or {@code rejected}
     * @param errors why it was rejected, with pointers into the array that was sent; left out otherwise
     */
    public record Outcome(
            String id,
            String status,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Problem.FieldError> errors) {}

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
        for (int place = 0; place < body.size(); place++) {
            events.add(read(body.get(place), "/" + place, now));
        }
        Set<String> accepted = posted.publish(
                tenant,
                events.stream()
                        .filter(event -> event.errors().isEmpty())
                        .map(Read::accepted)
                        .toList());
        // The first of several with one id takes it; the others are its duplicates.
        List<Outcome> outcomes = events.stream()
                .map(event -> new Outcome(event.id(), status(event, accepted), event.errors()))
                .toList();
        return Response.accepted(Envelope.of(outcomes)).build();
    }

    private static String status(Read event, Set<String> accepted) {
        if (!event.errors().isEmpty()) {
            return "rejected";
        }
        return accepted.remove(event.id()) ? "accepted" : "duplicate";
    }

    /** @param errors empty when the event is acceptable */
    private record Read(String id, Posted accepted, List<Problem.FieldError> errors) {}

    private Read read(JsonNode event, String pointer, Instant now) {
        if (!event.isObject()) {
            return new Read(null, null, List.of(new Problem.FieldError(pointer, "must be an object")));
        }
        List<Problem.FieldError> errors = new ArrayList<>();
        String id = id(event);
        if (id == null) {
            errors.add(new Problem.FieldError(
                    pointer + "/id", "must be a text of 1 to " + LONGEST_ID + " printable characters"));
        }
        Posted accepted = null;
        try {
            EngagementEvent data = mapper.treeToValue(event, EngagementEvent.class);
            EngagementRules.violations(data, now)
                    .forEach(each -> errors.add(new Problem.FieldError(pointer + "/" + each.field(), each.detail())));
            accepted = new Posted(id, data.enrollmentId(), mapper.writeValueAsString(data));
            if (accepted.payload().length() > LONGEST_PAYLOAD) {
                errors.add(new Problem.FieldError(
                        pointer + "/metadata", "makes the event longer than " + LONGEST_PAYLOAD + " characters"));
            }
        } catch (JsonProcessingException e) {
            errors.add(new Problem.FieldError(pointer + Unreadable.pointer(e), Unreadable.firstLine(e)));
        }
        return new Read(id, accepted, errors);
    }

    private static String id(JsonNode event) {
        String id = event.path("id").textValue();
        return id == null || id.isBlank() || id.length() > LONGEST_ID || !EngagementRules.fitsKey(id) ? null : id;
    }

    private static Problem invalid(String detail) {
        return new Problem(CommonErrors.VALIDATION, "The body " + detail + ".").at("", detail);
    }
}
