package io.throughline.analytics.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.suite.SuiteApi;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Which instances exist and whose they are: all that a report needs of {@code campaign.instances.v1}. One statement per
 * batch. An instance too young to have arrived is looked up where it lives, with the caller's key.
 */
@ApplicationScoped
class KnownInstances {

    private final Batches batches;
    private final Sql sql;
    private final SuiteApi suite;
    private final CurrentCaller caller;

    KnownInstances(Batches batches, Sql sql, SuiteApi suite, CurrentCaller caller) {
        this.batches = batches;
        this.sql = sql;
        this.suite = suite;
        this.caller = caller;
    }

    private record Known(UUID tenantId, UUID instanceId) {}

    @Incoming("campaign-instances")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, this::remember);
    }

    /** The key is the instance, so the snapshot itself need not be read. */
    void remember(List<InboundEvent> events) {
        keep(events.stream()
                .map(event ->
                        new Known(event.tenantId(), instance(event.origin().key())))
                .toList());
    }

    /** @throws Problem not found, when neither we nor campaign-service show the caller such an instance */
    void lookUp(UUID tenant, UUID instance) {
        JsonNode answer = suite.read(SuiteApi.Service.CAMPAIGN, "/api/campaigns/instances/" + instance, caller.apiKey())
                .orElseThrow(() -> Problem.notFound("campaign instance", instance));
        if (!answer.path("data").path("id").asText().equals(instance.toString())) {
            throw Problem.notFound("campaign instance", instance);
        }
        keep(List.of(new Known(tenant, instance)));
    }

    private void keep(List<Known> instances) {
        sql.update(
                """
                INSERT INTO known_instance (tenant_id, instance_id)
                SELECT DISTINCT * FROM unnest(?, ?) ORDER BY 1, 2
                ON CONFLICT ON CONSTRAINT known_instance_has_one_tenant DO NOTHING
                """, Sql.column("uuid", instances, Known::tenantId), Sql.column("uuid", instances, Known::instanceId));
    }

    private static UUID instance(String key) {
        try {
            return UUID.fromString(key);
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new InboundEvent.Rejection("invalid_key", "the key is not the instance's id");
        }
    }
}
