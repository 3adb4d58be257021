package io.throughline.enrollment.enrolling;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.enrollment.EnrollmentErrors;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;

@Path("/api/enrollments/{id}")
@RunOnVirtualThread
public class EnrollmentResource {

    private final EnrollmentStore enrollments;
    private final EnrollContacts enroll;
    private final CurrentCaller caller;

    EnrollmentResource(EnrollmentStore enrollments, EnrollContacts enroll, CurrentCaller caller) {
        this.enrollments = enrollments;
        this.enroll = enroll;
        this.caller = caller;
    }

    /** What to do, or the status wanted, which comes to the same. */
    public record Change(String action, String status) {}

    @GET
    public Envelope<Enrollment> show(UUID id) {
        return Envelope.of(find(id));
    }

    @PATCH
    @Operation(
            summary = "Pause, resume, stop or restart",
            description =
                    "`restart` begins at step 1 again: the same enrollment as long as nothing has been sent in it;"
                            + " else, where the instance's `reentry` is `after_end`, a new one, which is the answer; else 409.")
    public Envelope<Enrollment> change(UUID id, @NotNull Change change) {
        UUID tenantId = caller.tenantId();
        String action = action(change);
        if (action.equals("restart")) {
            return Envelope.of(enroll.again(find(id)));
        }
        boolean moved = switch (action) {
            case "pause" -> enrollments.pause(tenantId, id);
            case "resume" -> enrollments.resume(tenantId, id);
            case "stop" -> enrollments.stop(tenantId, id);
            default -> throw invalid("/action", "must be pause, resume, stop or restart");
        };
        Enrollment enrollment = find(id);
        if (!moved) {
            throw new Problem(EnrollmentErrors.ILLEGAL_TRANSITION, "The enrollment is " + enrollment.status() + ".");
        }
        return Envelope.of(enrollment);
    }

    private Enrollment find(UUID id) {
        return enrollments.find(caller.tenantId(), id).orElseThrow(() -> Problem.notFound("enrollment", id));
    }

    private static String action(Change change) {
        if (change.action() != null) {
            return change.action();
        }
        return switch (change.status()) {
            case null -> throw invalid("/action", "is missing; send action or status");
            case "paused" -> "pause";
            case "active", "pending" -> "resume";
            case "completed", "stopped" -> "stop";
            default -> throw invalid("/status", "can only be set to paused, active or completed");
        };
    }

    private static Problem invalid(String pointer, String detail) {
        return Problem.invalid(List.of(new Problem.FieldError(pointer, detail)));
    }
}
