package io.throughline.enrollment.ledger;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.enrollment.instance.InstanceCopies;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

@Path("/api/campaigns/instances/{instanceId}/ledger")
@Tag(name = "Enrollments")
@RunOnVirtualThread
public class LedgerResource {

    private final LedgerStore ledgers;
    private final InstanceCopies instances;
    private final CurrentCaller caller;

    LedgerResource(LedgerStore ledgers, InstanceCopies instances, CurrentCaller caller) {
        this.ledgers = ledgers;
        this.instances = instances;
        this.caller = caller;
    }

    @GET
    @Operation(summary = "What became of each step of each enrollment: sent, skipped, failed, unknown or open")
    public Envelope<Ledger> show(UUID instanceId) {
        instances.require(instanceId);
        return Envelope.of(ledgers.count(caller.tenantId(), instanceId)
                .orElseThrow(() -> Problem.notFound("instance", instanceId)));
    }
}
