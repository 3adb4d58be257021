package io.throughline.campaign.instance;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.enrollment.InstanceLedgerChanged;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** {@code enrollment.instance-ledgers.v1}: whether an instance is finished. A few a day, so one by one. */
@ApplicationScoped
class LedgerConsumer {

    private final Batches batches;
    private final Json json;
    private final Clock clock;

    LedgerConsumer(Batches batches, Json json, Clock clock) {
        this.batches = batches;
        this.json = json;
        this.clock = clock;
    }

    @Incoming("instance-ledgers")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, events -> events.forEach(this::take));
    }

    /** An instance that is not ours is passed over. */
    private void take(InboundEvent event) {
        InstanceLedgerChanged ledger = read(event);
        Instance.find("tenantId = ?1 and id = ?2", event.tenantId(), ledger.instanceId())
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .<Instance>singleResultOptional()
                .ifPresent(instance -> instance.ledgerChanged(ledger, clock.instant()));
    }

    private InstanceLedgerChanged read(InboundEvent event) {
        InstanceLedgerChanged ledger = event.value(json, InstanceLedgerChanged.class);
        if (ledger.instanceId() == null || ledger.occurredAt() == null) {
            throw new InboundEvent.Rejection("incomplete", "instanceId or occurredAt are missing");
        }
        return ledger;
    }
}
