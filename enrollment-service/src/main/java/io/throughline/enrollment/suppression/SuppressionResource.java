package io.throughline.enrollment.suppression;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.enrollment.contact.EmailAddress;
import io.throughline.enrollment.suppression.SuppressionStore.Wanted;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/suppressions")
@Tag(name = "Suppressions")
@RunOnVirtualThread
public class SuppressionResource {

    private static final int MOST = 10_000;

    private final SuppressionStore store;
    private final CurrentCaller caller;

    SuppressionResource(SuppressionStore store, CurrentCaller caller) {
        this.store = store;
        this.caller = caller;
    }

    /** @param reason {@code manual} when it is left out */
    public record Request(String email, String reason) {}

    public record BulkRequest(List<String> emails, String reason) {}

    /** @param index of the address in the request */
    public record Rejection(int index, String code) {}

    /** @param existing suppressed before, or named twice */
    public record Bulk(long added, long existing, List<Rejection> rejected) {}

    @GET
    @Operation(summary = "Addresses that are not written to, newest first")
    public Page<Suppression> list(
            @QueryParam("email") String email,
            @QueryParam("reason") String reason,
            @QueryParam("cursor") String cursor,
            @QueryParam("limit") Integer limit) {
        int shown = Page.limit(limit);
        SuppressionReason only = reason == null ? null : reason("/reason", reason);
        List<Suppression> rows = email == null
                ? store.page(caller.tenantId(), only, Cursor.decode(cursor, 1), shown)
                : store.find(caller.tenantId(), email).stream()
                        .filter(each -> only == null || each.reason().equals(only.text()))
                        .toList();
        return Page.of(rows, shown, each -> Cursor.of(each.id()));
    }

    @POST
    @Operation(summary = "Write to an address no more; 200 when it is so already")
    public Response add(@NotNull Request request) {
        String email = EmailAddress.normalise(request.email())
                .orElseThrow(
                        () -> invalid("/email", request.email() == null ? "is missing" : "is not an email address"));
        SuppressionReason reason = reason("/reason", request.reason());
        long added = store.add(List.of(new Wanted(caller.tenantId(), email, reason)));
        return Response.status(added > 0 ? 201 : 200)
                .location(URI.create("/api/suppressions/" + URLEncoder.encode(email, StandardCharsets.UTF_8)))
                .entity(Envelope.of(store.find(caller.tenantId(), email)
                        .orElseThrow(() -> Problem.notFound("suppression of", email))))
                .build();
    }

    @POST
    @Path("/bulk")
    @Operation(summary = "Up to 10,000 addresses; those that are none are named, the others are suppressed")
    public Envelope<Bulk> addAll(@NotNull BulkRequest request) {
        if (request.emails() == null
                || request.emails().isEmpty()
                || request.emails().size() > MOST) {
            throw invalid("/emails", "must have 1 to " + MOST + " addresses");
        }
        SuppressionReason reason = reason("/reason", request.reason());
        List<Wanted> wanted = new ArrayList<>();
        List<Rejection> rejected = new ArrayList<>();
        for (int i = 0; i < request.emails().size(); i++) {
            Optional<String> email = EmailAddress.normalise(request.emails().get(i));
            if (email.isPresent()) {
                wanted.add(new Wanted(caller.tenantId(), email.get(), reason));
            } else {
                rejected.add(new Rejection(i, "invalid_email"));
            }
        }
        long added = store.add(wanted);
        return Envelope.of(new Bulk(added, wanted.size() - added, rejected));
    }

    @DELETE
    @Path("/{email}")
    @ResponseStatus(204)
    @Operation(summary = "Write to an address again; what has ended goes on no more")
    public void remove(String email) {
        if (!store.remove(caller.tenantId(), email)) {
            throw Problem.notFound("suppression of", email);
        }
    }

    private static SuppressionReason reason(String pointer, String text) {
        return text == null
                ? SuppressionReason.MANUAL
                : SuppressionReason.of(text)
                        .orElseThrow(() ->
                                invalid(pointer, "must be one of " + String.join(", ", SuppressionReason.texts())));
    }

    private static Problem invalid(String pointer, String detail) {
        return Problem.invalid(List.of(new FieldError(pointer, detail)));
    }
}
