package io.throughline.platform.events;

import java.util.UUID;

/**
 * An event to be published when the transaction at hand commits.
 *
 * @param eventId becomes {@code ce_id}; the de-duplication key of consumers; null: a new one
 * @param payload serialised to JSON; null: a tombstone
 */
public record OutboundEvent(String eventId, String topic, String key, String type, UUID tenantId, Object payload) {

    public static OutboundEvent of(String topic, Object key, String type, UUID tenantId, Object payload) {
        return new OutboundEvent(null, topic, key.toString(), type, tenantId, payload);
    }
}
