package io.throughline.campaign.account;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.campaign.Fields;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.access.AdminOnly;
import io.throughline.platform.access.ApiKeys;
import io.throughline.platform.access.Caller;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Page;
import io.throughline.platform.http.Problem;
import io.throughline.platform.time.Ids;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.ResponseStatus;

@Path("/api/account")
@Tag(name = "Accounts")
@RunOnVirtualThread
public class AccountResource {

    private static final Logger LOG = Logger.getLogger(AccountResource.class);
    private static final int NAME_LENGTH = 200;
    /** Far enough for any key, near enough for PostgreSQL's calendar. */
    private static final Instant LAST_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

    private final AccountStore accounts;
    private final CurrentCaller current;
    private final Clock clock;

    AccountResource(AccountStore accounts, CurrentCaller current, Clock clock) {
        this.accounts = accounts;
        this.current = current;
        this.clock = clock;
    }

    /** @param scopes of the tenant's first key; null: read and write */
    record TenantRequest(String name, List<String> scopes) {}

    /** @param apiKey shown this once */
    record NewTenant(UUID tenantId, UUID userId, UUID keyId, String apiKey, List<String> scopes) {}

    /** @param scopes null: read and write @param expiresAt null: never */
    record KeyRequest(String name, List<String> scopes, Instant expiresAt) {}

    /** @param apiKey shown this once */
    record NewKey(UUID keyId, String apiKey, String name, List<String> scopes, Instant expiresAt) {}

    @POST
    @Path("/tenants")
    @AdminOnly
    @ResponseStatus(201)
    @Operation(summary = "Make a tenant with a user and a first key")
    public Envelope<NewTenant> createTenant(TenantRequest request) {
        Fields fields = new Fields();
        fields.text("/name", Fields.body(request).name(), NAME_LENGTH);
        List<String> scopes = Scopes.checked(request.scopes(), fields);
        fields.check();
        String apiKey = ApiKeys.generate();
        ApiKeyRecord key =
                new ApiKeyRecord(Ids.next(), Ids.next(), Ids.next(), "first key", ApiKeys.hash(apiKey), scopes, null);
        accounts.addTenant(request.name().strip(), false, key);
        LOG.infof("Tenant created; newTenant=%s", key.tenantId());
        return Envelope.of(new NewTenant(key.tenantId(), key.userId(), key.keyId(), apiKey, scopes));
    }

    @POST
    @Path("/keys")
    @ResponseStatus(201)
    @Operation(summary = "Make another key for the caller's user; the key is shown once")
    public Envelope<NewKey> createKey(KeyRequest request) {
        Caller caller = current.caller();
        Fields fields = new Fields();
        fields.text("/name", Fields.body(request).name(), NAME_LENGTH);
        List<String> scopes = Scopes.checked(request.scopes(), fields);
        Instant expiresAt = request.expiresAt();
        if (expiresAt != null && (!expiresAt.isAfter(clock.instant()) || expiresAt.isAfter(LAST_EXPIRY))) {
            fields.refuse("/expiresAt", "must be in the future and before the year 10000");
        }
        fields.check();
        refuseMoreThan(caller.scopes(), scopes);
        String apiKey = ApiKeys.generate();
        ApiKeyRecord key = new ApiKeyRecord(
                Ids.next(),
                caller.tenantId(),
                caller.userId(),
                request.name().strip(),
                ApiKeys.hash(apiKey),
                scopes,
                expiresAt);
        accounts.addKey(key);
        LOG.infof("API key created; key=%s scopes=%s", key.keyId(), scopes);
        return Envelope.of(new NewKey(key.keyId(), apiKey, key.name(), scopes, expiresAt));
    }

    @GET
    @Path("/keys")
    @Operation(summary = "The tenant's keys, newest first")
    public Page<AccountStore.KeyView> keys(@QueryParam("cursor") String cursor, @QueryParam("limit") Integer limit) {
        int shown = Page.limit(limit);
        return Page.of(
                accounts.keys(current.tenantId(), Cursor.decode(cursor, 1), shown),
                shown,
                key -> Cursor.of(key.keyId()));
    }

    @DELETE
    @Path("/keys/{id}")
    @Operation(summary = "Delete a key; it stops working everywhere within two seconds")
    public void deleteKey(@PathParam("id") UUID id) {
        Caller caller = current.caller();
        if (accounts.deleteKey(caller.tenantId(), id, caller.scopes())) {
            LOG.infof("API key deleted; key=%s", id);
        } else if (accounts.hasKey(caller.tenantId(), id)) {
            throw new Problem(CommonErrors.FORBIDDEN, "The key has scopes that the caller's key lacks.");
        } else {
            throw Problem.notFound("API key", id);
        }
    }

    private static void refuseMoreThan(Set<String> held, List<String> asked) {
        List<String> lacking =
                asked.stream().filter(scope -> !held.contains(scope)).toList();
        if (!lacking.isEmpty()) {
            String detail = "A key cannot grant what it lacks: " + String.join(", ", lacking) + ".";
            throw new Problem(CommonErrors.FORBIDDEN, detail).at("/scopes", detail);
        }
    }
}
