package io.throughline.events.enrollment;

import java.time.Instant;
import java.util.UUID;

/**
 * The ledger of an instance closed, or opened again. Topic {@code enrollment.instance-ledgers.v1}, key: {@code instanceId}.
 * It is closed when each step of each enrollment is sent, skipped, failed or unknown; it opens again when somebody is enrolled
 * or what was unknown is known to be sent.
 *
 * @param version grows by one with every change of this instance's ledger; a consumer keeps the highest it has seen
 */
public record InstanceLedgerChanged(UUID instanceId, long version, boolean closed, Instant occurredAt) {

    public static final String TYPE = "io.throughline.enrollment.instance-ledger";
}
