package io.throughline.jobs.outreach;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.enrollment.AddressSuppressed;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.InboundEvent.Rejection;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Keeps {@code suppressed_address} as {@code contact.suppressions.v1} has it: the last word on an address counts. */
@ApplicationScoped
class Suppressed {

    private static final HexFormat HEX = HexFormat.of();

    private final Batches batches;
    private final Json json;
    private final Sql sql;

    Suppressed(Batches batches, Json json, Sql sql) {
        this.batches = batches;
        this.json = json;
        this.sql = sql;
    }

    private record Address(UUID tenantId, String hash) {

        byte[] bytes() {
            return HEX.parseHex(hash);
        }
    }

    @Incoming("contact-suppressions")
    @Blocking
    void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, this::keep);
    }

    /** Two statements. */
    private void keep(List<InboundEvent> events) {
        Map<Address, Boolean> latest = new LinkedHashMap<>();
        events.forEach(event -> {
            AddressSuppressed told = read(event);
            latest.put(new Address(event.tenantId(), told.addressHash()), told.suppressed());
        });
        List<Address> added = latest.keySet().stream().filter(latest::get).toList();
        List<Address> removed =
                latest.keySet().stream().filter(each -> !latest.get(each)).toList();
        sql.update("""
                INSERT INTO suppressed_address (tenant_id, address_hash)
                SELECT tenant_id, address_hash FROM unnest(?, ?) AS given(tenant_id, address_hash)
                ORDER BY tenant_id, address_hash
                ON CONFLICT DO NOTHING
                """, Sql.column("uuid", added, Address::tenantId), Sql.column("bytea", added, Address::bytes));
        sql.update(
                "DELETE FROM suppressed_address WHERE (tenant_id, address_hash) IN (SELECT * FROM unnest(?, ?))",
                Sql.column("uuid", removed, Address::tenantId),
                Sql.column("bytea", removed, Address::bytes));
    }

    private AddressSuppressed read(InboundEvent event) {
        AddressSuppressed told = event.value(json, AddressSuppressed.class);
        if (told.addressHash() == null) {
            throw new Rejection("validation_failed", "addressHash is missing");
        }
        try {
            HEX.parseHex(told.addressHash());
        } catch (IllegalArgumentException e) {
            throw new Rejection("validation_failed", "addressHash is not hexadecimal");
        }
        return told;
    }
}
