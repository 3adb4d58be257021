package io.throughline.enrollment.contact;

import java.util.UUID;

/** A contact is being deleted; observers act in the same transaction. */
public record ContactDeleted(UUID tenantId, UUID contactId, String email) {}
