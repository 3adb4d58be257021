package io.throughline.enrollment.enrolling;

import io.throughline.enrollment.EnrollmentErrors;
import io.throughline.enrollment.contact.ContactFilter;
import io.throughline.enrollment.enrolling.EnrollingStore.Outcome;
import io.throughline.enrollment.enrolling.EnrollingStore.Target;
import io.throughline.enrollment.instance.InstanceCopies;
import io.throughline.enrollment.instance.InstanceCopy;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Puts contacts into an instance that still takes some. Doing it again changes nothing. */
@Singleton
class EnrollContacts {

    /** Contacts per transaction of a filtered enrollment: about half a second, so that the outbox is not held up. */
    private static final int CHUNK = 20_000;

    private static final UUID BEFORE_ALL = new UUID(0, 0);
    private static final Outcome NOBODY = new Outcome(0, 0, null);

    private final EnrollingStore enrolling;
    private final EnrollmentStore enrollments;
    private final InstanceCopies instances;
    private final CurrentCaller caller;
    private final Json json;

    EnrollContacts(
            EnrollingStore enrolling,
            EnrollmentStore enrollments,
            InstanceCopies instances,
            CurrentCaller caller,
            Json json) {
        this.enrolling = enrolling;
        this.enrollments = enrollments;
        this.instances = instances;
        this.caller = caller;
        this.json = json;
    }

    /** @param code stable; so far only {@code contact_not_found} */
    record Rejection(UUID contactId, String code) {}

    record Bulk(int created, int existing, List<Rejection> rejected) {}

    /** @param created false when the contact was in the instance before */
    record Single(UUID contactId, boolean created) {}

    Single one(UUID instanceId, UUID contactId, Map<String, Object> metadata) {
        return single(enrolling.byIds(target(instanceId, metadata), List.of(contactId)), contactId);
    }

    Single one(UUID instanceId, String email, Map<String, Object> metadata) {
        return single(enrolling.byEmail(target(instanceId, metadata), email), email);
    }

    Bulk many(UUID instanceId, List<UUID> contactIds) {
        Target target = target(instanceId, Map.of());
        List<Rejection> rejected = enrolling.unknown(target.tenantId(), contactIds).stream()
                .map(id -> new Rejection(id, "contact_not_found"))
                .toList();
        Outcome outcome = enrolling.byIds(target, contactIds);
        return new Bulk(outcome.created(), outcome.found() - outcome.created(), rejected);
    }

    /** Chunk by chunk, each a transaction; a call that is cut off is completed by the same call. */
    Bulk all(UUID instanceId, ContactFilter filter) {
        Target target = target(instanceId, Map.of());
        int created = 0;
        int found = 0;
        UUID last = BEFORE_ALL;
        while (last != null) {
            Outcome chunk = enrolling.byFilter(target, filter, last, CHUNK);
            created += chunk.created();
            found += chunk.found();
            last = chunk.found() < CHUNK ? null : chunk.last();
        }
        return new Bulk(created, found - created, List.of());
    }

    /** From step 1: in the same enrollment while nothing has been sent in it, else in a new one where that is allowed. */
    Enrollment again(Enrollment ended) {
        Target target = target(ended.instanceId(), ended.metadata());
        if (enrollments.restart(target.tenantId(), ended.id())) {
            return enrollments.find(target.tenantId(), ended.id()).orElseThrow();
        }
        Outcome outcome = target.reentry() ? enrolling.byIds(target, List.of(ended.contactId())) : NOBODY;
        if (outcome.created() == 0) {
            throw new Problem(
                    EnrollmentErrors.ILLEGAL_TRANSITION,
                    "The enrollment is " + ended.status() + " after step " + ended.stepNumber()
                            + "; it can be restarted when it is completed or failed before anything was sent, or, in an"
                            + " instance with reentry after_end, when it is completed, replied or failed.");
        }
        return enrollments
                .findByContact(target.tenantId(), target.instanceId(), ended.contactId())
                .orElseThrow();
    }

    private Target target(UUID instanceId, Map<String, Object> metadata) {
        InstanceCopy instance = instances.require(instanceId);
        if (instance.closed()) {
            throw new Problem(EnrollmentErrors.INSTANCE_CLOSED, "The instance is " + instance.status() + ".");
        }
        return new Target(
                caller.tenantId(), instanceId, json.text(metadata == null ? Map.of() : metadata), instance.reentry());
    }

    private static Single single(Outcome outcome, Object asked) {
        if (outcome.found() == 0) {
            throw Problem.notFound("contact", asked);
        }
        return new Single(outcome.last(), outcome.created() > 0);
    }
}
