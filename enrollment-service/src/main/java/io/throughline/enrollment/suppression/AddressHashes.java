package io.throughline.enrollment.suppression;

import io.throughline.enrollment.contact.EmailAddress;
import io.throughline.platform.access.Signatures;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What stands for an address where the address itself must not be kept: an erased person stays suppressed. Without the key
 * nobody can try addresses until one fits, and equal addresses of two tenants have different hashes.
 */
@Singleton
public class AddressHashes {

    private final Signatures key;

    AddressHashes(SuppressionSettings settings) {
        this.key = new Signatures(List.of(settings.key()));
    }

    /** @param email in any form {@link EmailAddress} takes for the same mailbox */
    public byte[] of(UUID tenantId, String email) {
        String mailbox = EmailAddress.normalise(email).orElse(email);
        return key.sign((tenantId + "\n" + mailbox).getBytes(StandardCharsets.UTF_8));
    }
}
