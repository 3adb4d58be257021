package io.throughline.enrollment.contact;

import java.util.List;
import java.util.UUID;

/**
 * A contact is being deleted, and the person forgotten; observers act in the same transaction.
 *
 * @param emails every address that the person was known by here
 * @param importIds imports whose files name the person, as far as they are remembered
 */
public record ContactDeleted(UUID tenantId, UUID contactId, List<String> emails, List<UUID> importIds) {}
