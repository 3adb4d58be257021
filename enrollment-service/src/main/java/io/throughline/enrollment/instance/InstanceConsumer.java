package io.throughline.enrollment.instance;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.enrollment.instance.InstanceCopyStore.Owned;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** {@code campaign.instances.v1} into our copy. */
@ApplicationScoped
class InstanceConsumer {

    private final Batches batches;
    private final InstanceCopyStore copies;
    private final Json json;

    InstanceConsumer(Batches batches, InstanceCopyStore copies, Json json) {
        this.batches = batches;
        this.copies = copies;
        this.json = json;
    }

    @Incoming("campaign-instances")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(
                records, events -> copies.keep(events.stream().map(this::owned).toList()));
    }

    private Owned owned(InboundEvent event) {
        InstanceSnapshot snapshot = event.value(json, InstanceSnapshot.class);
        if (snapshot.instanceId() == null
                || snapshot.status() == null
                || snapshot.steps() == null
                || snapshot.steps().stream().anyMatch(step -> step == null || step.delay() == null)) {
            throw new InboundEvent.Rejection("incomplete", "instanceId, status, steps or a delay are missing");
        }
        return new Owned(event.tenantId(), snapshot);
    }
}
