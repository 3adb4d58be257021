package io.throughline.enrollment.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.enrollment.instance.InstanceCopyStore.Owned;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import io.throughline.platform.suite.SuiteApi;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * An instance by id, for the caller at hand. One that its event has not brought yet is read from the campaign service
 * with the caller's key and kept, so that enrolling works the moment an instance exists.
 */
@Singleton
public class InstanceCopies {

    private final InstanceCopyStore copies;
    private final SuiteApi suite;
    private final CurrentCaller caller;
    private final Json json;

    InstanceCopies(InstanceCopyStore copies, SuiteApi suite, CurrentCaller caller, Json json) {
        this.copies = copies;
        this.suite = suite;
        this.caller = caller;
        this.json = json;
    }

    /** @throws Problem {@code not_found} when the tenant has no such instance */
    public InstanceCopy require(UUID id) {
        return copies.find(caller.tenantId(), id)
                .or(() -> readThrough(id))
                .orElseThrow(() -> Problem.notFound("instance", id));
    }

    private Optional<InstanceCopy> readThrough(UUID id) {
        return suite.read(SuiteApi.Service.CAMPAIGN, "/api/campaigns/instances/" + id, caller.apiKey())
                .flatMap(answer -> {
                    copies.keep(List.of(new Owned(caller.tenantId(), snapshot(answer.path("data")))));
                    return copies.find(caller.tenantId(), id);
                });
    }

    /** The instance as the campaign API shows it calls its id {@code id}; otherwise it is the snapshot. */
    private InstanceSnapshot snapshot(JsonNode shown) {
        ObjectNode snapshot = shown.deepCopy();
        snapshot.set("instanceId", shown.path("id"));
        return json.read(snapshot.toString(), InstanceSnapshot.class);
    }
}
