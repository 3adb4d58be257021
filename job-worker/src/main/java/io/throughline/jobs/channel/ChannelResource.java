package io.throughline.jobs.channel;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.jobs.channel.ChannelRequest.Wanted;
import io.throughline.jobs.channel.ChannelStore.Stored;
import io.throughline.jobs.outside.Answer;
import io.throughline.jobs.outside.Endpoints;
import io.throughline.jobs.outside.OutsideFailure;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.time.Ids;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

@Path("/api/outreach/channels")
@Tag(name = "Channels")
@RunOnVirtualThread
public class ChannelResource {

    /** How long whoever receives has to change over to a new secret. */
    private static final Duration OVERLAP = Duration.ofHours(24);

    private final ChannelStore store;
    private final SealedSecrets secrets;
    private final Channels channels;
    private final Endpoints endpoints;
    private final CurrentCaller caller;
    private final Clock clock;

    ChannelResource(
            ChannelStore store,
            SealedSecrets secrets,
            Channels channels,
            Endpoints endpoints,
            CurrentCaller caller,
            Clock clock) {
        this.store = store;
        this.secrets = secrets;
        this.channels = channels;
        this.endpoints = endpoints;
        this.caller = caller;
        this.clock = clock;
    }

    /** @param previousSecretUntil null: only one secret signs */
    public record View(String channel, String url, Instant previousSecretUntil, Instant createdAt, Instant updatedAt) {}

    /** @param secret shown this once; null when it is one that the caller gave, or the one that was there */
    public record Told(
            String channel,
            String url,
            String secret,
            Instant previousSecretUntil,
            Instant createdAt,
            Instant updatedAt) {}

    /**
     * @param taken whether it answered with 2xx
     * @param status of its answer; null: there was none
     * @param detail null when it was taken
     */
    public record Tested(boolean taken, Integer status, String detail) {}

    @PUT
    @Path("{channel}")
    @Operation(summary = "Where a channel's messages go; answers with the secret when it is a new one that we made")
    public RestResponse<Envelope<Told>> put(String channel, @NotNull ChannelRequest request) {
        Wanted wanted = request.checked(channel, endpoints::refusal);
        WebhookSecret secret = wanted.secret() == null ? WebhookSecret.fresh() : wanted.secret();
        Instant now = clock.instant();
        Stored stored = store.put(
                caller.tenantId(),
                channel,
                wanted.url(),
                secrets.seal(secret, caller.tenantId(), channel),
                wanted.secret() != null,
                now,
                now.plus(OVERLAP));
        boolean shown = stored.fresh() && wanted.secret() == null;
        return RestResponse.ResponseBuilder.<Envelope<Told>>create(
                        stored.fresh() ? RestResponse.Status.CREATED : RestResponse.Status.OK)
                .entity(Envelope.of(told(stored, shown ? secret.text() : null)))
                .build();
    }

    @GET
    @Operation(summary = "The tenant's channels, by name")
    public Page<View> list(@QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        int size = Page.limit(limit);
        Cursor after = Cursor.decode(cursor, 1);
        List<View> rows = store.list(caller.tenantId(), after == null ? "" : after.text(0), size + 1).stream()
                .map(this::view)
                .toList();
        return Page.of(rows, size, row -> Cursor.of(row.channel()));
    }

    @GET
    @Path("{channel}")
    public Envelope<View> find(String channel) {
        return Envelope.of(
                store.find(caller.tenantId(), channel).map(this::view).orElseThrow(() -> missing(channel)));
    }

    @DELETE
    @Path("{channel}")
    @Operation(summary = "Messages of the channel that are still to be sent fail from now on")
    public void delete(String channel) {
        if (!store.delete(caller.tenantId(), channel)) {
            throw missing(channel);
        }
    }

    @POST
    @Path("{channel}/rotate")
    @Operation(summary = "A new secret, shown once; for 24 hours the old one signs as well")
    public Envelope<Told> rotate(String channel) {
        if (!channels.has(caller.tenantId(), channel)) {
            throw missing(channel);
        }
        WebhookSecret secret = WebhookSecret.fresh();
        Instant now = clock.instant();
        return Envelope.of(store.rotate(
                        caller.tenantId(),
                        channel,
                        secrets.seal(secret, caller.tenantId(), channel),
                        now,
                        now.plus(OVERLAP))
                .map(stored -> told(stored, secret.text()))
                .orElseThrow(() -> missing(channel)));
    }

    @POST
    @Path("{channel}/test")
    @Operation(summary = "Sends one event of type channel.test, signed as messages are; answers with what came of it")
    public Envelope<Tested> test(String channel) throws InterruptedException {
        Channels.Channel endpoint = channels.of(caller.tenantId(), channel).orElseThrow(() -> missing(channel));
        try {
            Answer answer = endpoint.send(
                    Ids.next().toString(), "channel.test", Map.of("channel", channel), time -> Thread.sleep(time));
            boolean taken = answer.status() / 100 == 2;
            return Envelope.of(new Tested(taken, answer.status(), taken ? null : "it answered " + answer.status()));
        } catch (OutsideFailure failure) {
            return Envelope.of(new Tested(false, null, failure.getMessage()));
        }
    }

    private View view(Stored stored) {
        return new View(
                stored.channel(), stored.url().toString(), overlap(stored), stored.createdAt(), stored.updatedAt());
    }

    private Told told(Stored stored, String secret) {
        return new Told(
                stored.channel(),
                stored.url().toString(),
                secret,
                overlap(stored),
                stored.createdAt(),
                stored.updatedAt());
    }

    private Instant overlap(Stored stored) {
        Instant until = stored.previousUntil();
        return until != null && clock.instant().isBefore(until) ? until : null;
    }

    private static Problem missing(String channel) {
        return Problem.notFound("channel", channel);
    }
}
