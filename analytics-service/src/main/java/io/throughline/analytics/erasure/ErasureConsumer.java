package io.throughline.analytics.erasure;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.enrollment.ContactErased;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** {@code contact.erasures.v1}: what is to be done is noted here, and done by {@link ErasureLoop}. */
@ApplicationScoped
class ErasureConsumer {

    private final Batches batches;
    private final ErasureStore store;
    private final Json json;

    ErasureConsumer(Batches batches, ErasureStore store, Json json) {
        this.batches = batches;
        this.store = store;
        this.json = json;
    }

    @Incoming("contact-erasures")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(
                records,
                events -> events.forEach(
                        event -> store.begin(event.tenantId(), erased(event).enrollmentIds())));
    }

    private ContactErased erased(InboundEvent event) {
        ContactErased erased = event.value(json, ContactErased.class);
        if (erased.enrollmentIds() == null || erased.enrollmentIds().contains(null)) {
            throw new InboundEvent.Rejection("incomplete", "enrollmentIds are missing");
        }
        return erased;
    }
}
